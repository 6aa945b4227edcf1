using System.Collections.Immutable;

namespace Monogres.Sources.Inspection;

/// <summary>The crates that a source in Rust is built with, and whether a build here can have them.</summary>
internal static class SourceCrates
{
    /// <summary>Where the source of cargo-pgrx must be: it has to be of the version of pgrx that the extension asks for.</summary>
    public const string CargoPgrx = "vendor/cargo-pgrx/";

    private const string Vendor = "vendor/", Lock = "Cargo.lock";

    /// <summary>The lock files whose crates must be obtained; none when the source has its crates.</summary>
    public static ImmutableArray<string> LocksOf(SourceFiles files) => files.Names.Contains(Lock) && !HasCrates(files)
        ? [Lock, .. files.Names.Contains(CargoPgrx + Lock) ? [CargoPgrx + Lock] : Array.Empty<string>()]
        : [];

    /// <summary>What a build with pgrx would lack; null when it has all or is of another kind.</summary>
    public static string? Missing(SourceFiles files, SourceFacts facts)
    {
        if (facts.Style is not SourceStyles.Cargo)
            return null;

        var pgrx = $"pgrx {SourceStyles.PgrxVersionOf(files.Text("Cargo.toml")!) ?? "of some version"}";
        return !HasCrates(files) && facts.CrateLocks.IsEmpty ? $"{pgrx} and its crates are not in `vendor/`, and there is no `Cargo.lock` that names them"
            : !HasCrates(files) && !files.Paths.Any(path => path.StartsWith(CargoPgrx, StringComparison.Ordinal)) ? $"{pgrx} is built with the cargo-pgrx of its version, which is not in `{CargoPgrx}`"
            : null;
    }

    private static bool HasCrates(SourceFiles files) =>
        files.Paths.Any(path => path.StartsWith(Vendor, StringComparison.Ordinal) && !path.StartsWith(CargoPgrx, StringComparison.Ordinal));
}
