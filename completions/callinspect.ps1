# Completion of callinspect for PowerShell; written by: callinspect completion powershell

Register-ArgumentCompleter -Native -CommandName callinspect -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = $commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text }
    $env:_CALLINSPECT_COMPLETE = 'complete_powershell'
    $env:_CALLINSPECT_WORDS = $before -join "`n"
    $env:_CALLINSPECT_WORD = $wordToComplete
    try {
        callinspect 2>$null | ForEach-Object {
            $text, $name, $help = $_ -split "`t", 3
            [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $help)
        }
    } finally {
        $env:_CALLINSPECT_COMPLETE = $env:_CALLINSPECT_WORDS = $env:_CALLINSPECT_WORD = $null
    }
}
