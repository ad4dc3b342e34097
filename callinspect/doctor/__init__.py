"""What can be wrong between here and a vendor, checked in order; for `callinspect doctor`."""
