using System.Collections.Immutable;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Every check there is.</summary>
public static class PackageChecks
{
    /// <summary>The checks, sorted by name. docs/reference/checks.md is made from this table.</summary>
    public static ImmutableArray<PackageCheck> All { get; } =
    [
        new AbsolutePathCheck(),
        new ArchiveTimesCheck(),
        new ByteOrderMarkCheck(),
        new ExecutableStackCheck(),
        new GeneratedDateCheck(),
        new LibdirPathCheck(),
        new LicenceFileCheck(),
        new NativeCpuCheck(),
        new RunpathCheck(),
        new SetUidCheck(),
        new TextRelocationsCheck(),
        new UndeclaredLibraryCheck(),
        new UndefinedSymbolCheck(),
        new UpdatePathCheck(),
    ];

    /// <summary>What all checks find in a payload, in a fixed order.</summary>
    public static ImmutableArray<CheckFinding> Find(CheckedPayload payload) => [.. All.SelectMany(check => check.Find(payload))];
}
