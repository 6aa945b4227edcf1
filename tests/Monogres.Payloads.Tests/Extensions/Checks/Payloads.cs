using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Inspection;

namespace Monogres.Payloads.Tests.Extensions.Checks;

/// <summary>Payloads to check, as small as a test needs them.</summary>
internal static class Payloads
{
    /// <summary>A payload with nothing wrong.</summary>
    public static CheckedPayload Good { get; } = Of() with { BuildLog = ["== make", "gcc -Wall -O2 -march=x86-64-v2 -fPIC -c -o sample.o sample.c", "/usr/bin/install -c -m 755 sample.so '/build/out/usr/lib/postgresql/17/lib/sample.so'"] };

    public static InstalledExtension Extension { get; } = new()
    {
        Name = "sample",
        DefaultVersion = "1.2",
        Comment = null,
        Schema = null,
        Relocatable = false,
        Superuser = true,
        Trusted = false,
        Requires = [],
        ModulePathname = "sample",
        Modules = ["sample"],
        Versions = ["1.1", "1.2"],
        Installable = ["1.1"],
        InstallPath = ["1.1", "1.2"],
        UpdatePaths = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("1.1", ["1.2"]),
        WithoutUpdate = [],
    };

    public static LinkedFile Link { get; } = new()
    {
        Path = RelativePath.Parse("lib/sample.so"),
        MissingLibraries = [],
        MissingSymbols = [],
        ServerSymbols = ["palloc"],
        UsedDirectories = [],
    };

    public static CheckedPayload Of(params InstalledFile[] files) => new() { Tree = Installed.Tree(files), Server = PgVersion.Of(17, 11), SourceNames = ["Makefile", "LICENSE", "src"] };

    /// <summary>What a check finds, as it is shown.</summary>
    public static string[] Find<T>(CheckedPayload payload)
        where T : PackageCheck => [.. PackageChecks.All.OfType<T>().Single().Find(payload).Select(finding => finding.ToString())];
}
