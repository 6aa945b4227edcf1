namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Programs and libraries whose code the loader has to modify.</summary>
public sealed class TextRelocationsCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "text-relocations";

    /// <inheritdoc/>
    public override string Summary => "The loader has to modify the code of a program or library";

    /// <inheritdoc/>
    public override string Explain =>
        "Modified code is not shared between the server's processes, and systems with SELinux refuse it. "
        + "Some object file was not compiled as position-independent code: compile all of them with `-fPIC`, including those of static libraries that are linked in.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Tree.Files.Where(file => file.Elf is { TextRelocations: true })
        .Select(file => Found(file.Path.Value, "it has relocations in its code"));
}
