namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Needed symbols that no declared input has.</summary>
public sealed class UndefinedSymbolCheck : PackageCheck
{
    private const int MostShown = 5;

    /// <inheritdoc/>
    public override string Id => "undefined-symbol";

    /// <inheritdoc/>
    public override string Summary => "A needed symbol is neither in the server nor in any library that is there";

    /// <inheritdoc/>
    public override string Explain =>
        "The server wants every symbol when it loads a library, and refuses this one. "
        + "A function of PostgreSQL that is missing was removed, renamed, or is a macro in this version: the extension does not support it yet, or no more; correct the range in its `repo.json`. "
        + "A function of another library is missing because that library is not linked: it belongs into `SHLIB_LINK`.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Links.Where(file => !file.MissingSymbols.IsEmpty).Select(file => Found(
        file.Path.Value,
        $"nothing has {string.Join(", ", file.MissingSymbols.Take(MostShown).Select(symbol => $"`{symbol}`"))}{(file.MissingSymbols.Length > MostShown ? $" and {file.MissingSymbols.Length - MostShown} more" : "")}"));
}
