namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Older versions that cannot be updated to the default one.</summary>
public sealed class UpdatePathCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "update-path";

    /// <inheritdoc/>
    public override string Summary => "A script creates an older version that cannot be updated to the default one";

    /// <inheritdoc/>
    public override string Explain =>
        "A database with that version cannot be upgraded with `ALTER EXTENSION … UPDATE`; the extension must be dropped, with everything that uses it. "
        + "Check whether the authors forgot a script in `DATA` of their Makefile; if there is none in the source, tell them.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Extensions.Where(extension => !extension.WithoutUpdate.IsEmpty).Select(extension => Found(
        $"{InstallationLayout.Extensions}/{extension.Name}{InstallationLayout.ControlSuffix}",
        $"there is no update path to {extension.DefaultVersion} from {string.Join(", ", extension.WithoutUpdate)}"));
}
