namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Needed libraries that no declared input has.</summary>
public sealed class UndeclaredLibraryCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "undeclared-library";

    /// <inheritdoc/>
    public override string Summary => "A needed library is neither in the payload, nor in the server, nor in the run-time root";

    /// <inheritdoc/>
    public override string Explain =>
        "The server cannot load it. The library was available for linking, so its development package is declared, but the package of the library itself is not: "
        + "add the package set that contains it to `build.runtime_packages` in the extension's `repo.json`; if there is none, add one to `package_sets` of the platform.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Links.SelectMany(file => file.MissingLibraries.Select(library =>
        Found(file.Path.Value, library.Through is null ? $"it needs `{library.Name}`, which was not found" : $"it needs `{library.Name}` through `{library.Through}`, which was not found")));
}
