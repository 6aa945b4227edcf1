namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Sources without a licence file.</summary>
public sealed class LicenceFileCheck : PackageCheck
{
    // As SPDX and distributions look for them; `LICENSES` is a directory (https://reuse.software/spec/).
    private static readonly string[] Names = ["LICENSE", "LICENCE", "LICENSES", "COPYING", "COPYRIGHT", "UNLICENSE"];

    /// <inheritdoc/>
    public override string Id => "licence-file";

    /// <inheritdoc/>
    public override string Summary => "The source has no licence file";

    /// <inheritdoc/>
    public override string Explain =>
        "Most licences require that their text accompanies every copy, and without a licence nobody may redistribute a package. "
        + "Check whether README or META.json names the licence, and ask the authors to add its text as `LICENSE` at the top of their source.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        if (!payload.SourceNames.Any(IsLicence))
            yield return Found(file: null, "no file at the top of the source is named LICENSE, COPYING or COPYRIGHT");
    }

    /// <summary>One of the names, alone or with something behind it: `LICENSE.md`, `COPYING-LGPL`.</summary>
    private static bool IsLicence(string file) => Names.Any(name =>
        file.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (file.Length == name.Length || !char.IsAsciiLetterOrDigit(file[name.Length])));
}
