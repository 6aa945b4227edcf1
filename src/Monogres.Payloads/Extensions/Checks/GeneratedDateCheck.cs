namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Dates in programs, libraries and scripts that do not come from the source.</summary>
public sealed class GeneratedDateCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "generated-date";

    /// <inheritdoc/>
    public override string Summary => "A file contains a date that is not in its source";

    /// <inheritdoc/>
    public override string Explain =>
        "The build wrote the current date, so that the result differs from day to day, or a fixed date, which is meaningless. "
        + "Omit the date where the file is generated (`__DATE__` in C, `date` in a Makefile or script), or use that of `SOURCE_DATE_EPOCH` if a date is required.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        foreach (var file in payload.Tree.Files)
        {
            foreach (var date in DateTexts.In(file, payload.BuiltOn).Where(date => !payload.DatesOfSource.Contains(date)))
                yield return Found(file.Path.Value, $"it contains the date `{date.Trim()}`, which is not in the source");
        }
    }
}
