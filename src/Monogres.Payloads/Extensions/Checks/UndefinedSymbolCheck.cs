namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Needed symbols that no declared input has.</summary>
public sealed class UndefinedSymbolCheck : PackageCheck
{
    private const int MostShown = 5;

    /// <inheritdoc/>
    public override string Id => "undefined-symbol";

    /// <inheritdoc/>
    public override string Summary => "A needed symbol is neither in the server nor in any available library";

    /// <inheritdoc/>
    public override string Explain =>
        "The server resolves every symbol when it loads a library, and refuses to load this one. "
        + "A missing function of PostgreSQL was removed or renamed, or is a macro in this version: the extension does not support it yet, or no longer; correct the range in its `repo.json`. "
        + "A function of another library is missing because that library is not linked: add it to `SHLIB_LINK`.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Links.Where(file => !file.MissingSymbols.IsEmpty).Select(file => Found(
        file.Path.Value,
        $"nothing provides {string.Join(", ", file.MissingSymbols.Take(MostShown).Select(symbol => $"`{symbol}`"))}{(file.MissingSymbols.Length > MostShown ? $" and {file.MissingSymbols.Length - MostShown} more" : "")}"));
}
