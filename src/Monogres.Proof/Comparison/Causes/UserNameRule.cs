using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The user that a build runs as.</summary>
public sealed partial class UserNameRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "user-name";

    /// <inheritdoc/>
    public override string Words => "a user or group";

    /// <inheritdoc/>
    public override string Sign => "The owner of an entry, or a name after `user`, `built by` or `/home/`, or before `@`";

    /// <inheritdoc/>
    public override string Remedy => "Do not record who builds; pack with a fixed owner (`--owner=0 --group=0 --numeric-owner`).";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=^owner:[ ]).*
        | (?<=\b(build)?(user|username|user[ _-]name|login|logname|builder|packager|built[ ]by|uid|gid|group)["'`]*\s*[:=]\s*["'`]*)[\w.-]+
        | (?<=\b(built|compiled|configured|packaged)[ ]by[ ]["'`]?)[\w.-]+
        | (?<=/home/)[\w.-]+
        | \b[\w.-]+(?=@[a-z])
        | \b(uid|gid)=\d+(\([\w.-]+\))?
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
