"""What the numbers of telephony mean, whichever vendor reports them."""
