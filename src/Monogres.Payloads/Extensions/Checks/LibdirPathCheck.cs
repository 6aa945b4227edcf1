namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Control files with a fixed directory for the library.</summary>
public sealed class LibdirPathCheck : PackageCheck
{
    private const string Directory = "$libdir/";

    // load_external_function strips it since then, unless a directory follows (src/backend/utils/fmgr/dfmgr.c).
    private const int FirstMajorThatStrips = 18;

    /// <inheritdoc/>
    public override string Id => "libdir-path";

    /// <inheritdoc/>
    public override string Summary => "`module_pathname` begins with `$libdir/`";

    /// <inheritdoc/>
    public override string Explain =>
        "`dynamic_library_path` is then not searched, so the extension only works when its library is in the server's own directory, and not in a separate one, "
        + "as with extension images and `extension_control_path`. PostgreSQL 18 and later ignore `$libdir/` when the name of the library follows directly. "
        + "Write `module_pathname = 'NAME'`, without a directory.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.Extensions
        .Where(extension => extension.ModulePathname is { } module && module.StartsWith(Directory, StringComparison.Ordinal)
            && (payload.Server.Major < FirstMajorThatStrips || module[Directory.Length..].Contains('/', StringComparison.Ordinal)))
        // Scripts that load no library do not care.
        .Where(extension => !extension.Modules.IsEmpty)
        .Select(extension => Found(
            $"{InstallationLayout.Extensions}/{extension.Name}{InstallationLayout.ControlSuffix}", $"`module_pathname` is `{extension.ModulePathname}`, which is only found in the server's own directory"));
}
