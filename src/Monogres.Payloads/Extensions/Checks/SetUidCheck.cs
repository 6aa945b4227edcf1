using System.Text.RegularExpressions;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Builds that install a program that runs as its owner.</summary>
public sealed partial class SetUidCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "set-uid";

    /// <inheritdoc/>
    public override string Summary => "The build sets a set-user-id or set-group-id bit";

    /// <inheritdoc/>
    public override string Explain =>
        "Payloads have no such bits, so the program is installed without it and does not work as its authors intended. "
        + "Find out what it needs the privileges for; usually a background worker or an ordinary program is enough. Users who want the bit can set it after installing.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.BuildLog
        .Select(line => SetsBit().Match(line)).Where(match => match.Success)
        .Select(match => match.Value.Trim()).Distinct(StringComparer.Ordinal)
        .Select(command => Found(file: null, $"the build log contains `{command}`"));

    /// <summary><c>install -m 4755 …</c>, <c>install --mode=u+s …</c>, <c>chmod g+s …</c>: a number of four digits whose first has 4 or 2 in it, or an <c>s</c> that is added.</summary>
    [GeneratedRegex(@"\b(install\b.*?\s(-m\s*|--mode[= ])|chmod\s+(-\w+\s+)*)(0*[2-7][0-7]{3}\b|[ugoa]*[+=][rwxt]*s).*", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SetsBit();
}
