using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What a build got from the session that it was started in.</summary>
public sealed partial class EnvironmentRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "environment";

    /// <inheritdoc/>
    public override string Words => "a variable of the environment";

    /// <inheritdoc/>
    public override string Sign => "An assignment to a variable that every session has, such as `PATH=`, `LANG=` or `TERM=`";

    /// <inheritdoc/>
    public override string Remedy => "Do not record the environment; a build gets exactly the variables that its action names.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        \b(PATH|HOME|PWD|OLDPWD|LANG|LANGUAGE|LC_[A-Z]+|TERM|SHELL|SHLVL|USER|LOGNAME|MAIL|DISPLAY|EDITOR|PAGER|TZ|TMPDIR|HOSTNAME|COLUMNS|LINES|MAKEFLAGS|MFLAGS|MAKELEVEL|XDG_\w+|SSH_\w+|SUDO_\w+|LS_COLORS|LD_LIBRARY_PATH|PYTHONPATH|PERL5LIB)=[^\n]*
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
