namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Scripts of extensions that begin with a byte-order mark.</summary>
public sealed class ByteOrderMarkCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "byte-order-mark";

    /// <inheritdoc/>
    public override string Summary => "A script begins with a byte-order mark";

    /// <inheritdoc/>
    public override string Explain =>
        "PostgreSQL takes the mark, which editors do not show, for the first letters of the first statement: `CREATE EXTENSION`, or the update, fails with a syntax error. "
        + "Save the file as UTF-8 without a byte-order mark.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Tree.Files
        .Where(file => file.Path.Name.Contains("--", StringComparison.Ordinal) && file.Path.Name.EndsWith(".sql", StringComparison.Ordinal) && ByteOrderMark.IsAt(file.Content.Span))
        .Select(file => Found(file.Path.Value, ByteOrderMark.Problem));
}
