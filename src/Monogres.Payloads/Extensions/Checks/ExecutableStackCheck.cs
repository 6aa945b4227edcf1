namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Programs and libraries that want their stack to be executable.</summary>
public sealed class ExecutableStackCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "executable-stack";

    /// <inheritdoc/>
    public override string Summary => "A program or library requires an executable stack";

    /// <inheritdoc/>
    public override string Explain =>
        "With glibc 2.41 and later, a server refuses to load such a library; with earlier versions, the whole server loses a protection. "
        + "The usual cause is an assembler file without `.section .note.GNU-stack,\"\",@progbits`: add that line, or assemble with `-Wa,--noexecstack`.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Tree.Files.Where(file => file.Elf is { ExecutableStack: true })
        .Select(file => Found(file.Path.Value, "it requires an executable stack"));
}
