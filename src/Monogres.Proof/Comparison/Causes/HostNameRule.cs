using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The name of the machine that a build runs on.</summary>
public sealed partial class HostNameRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "host-name";

    /// <inheritdoc/>
    public override string Words => "a host name";

    /// <inheritdoc/>
    public override string Sign => "A name after `host`, `node` or `user@`, or one of a local network";

    /// <inheritdoc/>
    public override string Remedy => "Do not record the host; the sandbox calls every machine `build`.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        (?<=\b(build)?(host|hostname|host[ _-]name|node|nodename|machine[ _]name|built[ ]on|buildhost|build[ ]host)["'`]*\s*[:=]\s*["'`]*)[a-z0-9]*[a-z][\w-]*(\.[\w-]+)*
        | (?<=\b(built[ ]on|build[ ]host|buildhost|on[ ]host|hostname)[ ]["'`]?)[a-z0-9]*[a-z][\w-]*(\.[\w-]+)*
        | (?<=\w@)[a-z0-9]*[a-z][\w-]*(\.[\w-]+)*
        | (?<=\bLinux[ ])[\w-]+(\.[\w-]+)*(?=[ ]\d+\.\d+)
        | \b[\w-]+(\.[\w-]+)*\.(local|lan|internal|localdomain|intranet|home\.arpa)\b
        | \bip(-\d{1,3}){4}\b
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
