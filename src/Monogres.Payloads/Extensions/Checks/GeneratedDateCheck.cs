namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Dates in programs, libraries and scripts that do not come from the source.</summary>
public sealed class GeneratedDateCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "generated-date";

    /// <inheritdoc/>
    public override string Summary => "A file holds a date that its source does not hold";

    /// <inheritdoc/>
    public override string Explain =>
        "The build wrote the day on which it ran, so that no two days give the same result, or the day that it was told, which says nothing. "
        + "Leave the date out where the file is generated (`__DATE__` in C, `date` in a Makefile or script), or take it from `SOURCE_DATE_EPOCH` when it has to be there.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        foreach (var file in payload.Tree.Files)
        {
            foreach (var date in DateTexts.In(file, payload.BuiltOn).Where(date => !payload.DatesOfSource.Contains(date)))
                yield return Found(file.Path.Value, $"it holds the date `{date.Trim()}`, which is nowhere in the source");
        }
    }
}
