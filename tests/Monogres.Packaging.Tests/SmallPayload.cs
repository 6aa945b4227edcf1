using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Properties;

namespace Monogres.Packaging.Tests;

/// <summary>A payload of a few files, and what it takes to pack it.</summary>
internal static class SmallPayload
{
    public const string Name = "postgres-15.18-minimal-debian12-amd64";

    /// <summary>The content of its program.</summary>
    public const string Program = "a program";

    public static RelativePath Prefix { get; } = RelativePath.Parse("usr/lib/postgresql/15");

    public static TargetId Target { get; } = new(TargetName.Parse("postgres@15.18+minimal"), TargetId.DefaultPlatform, TargetId.DefaultToolchain);

    public static TestTree Files { get; } = new TestTree()
        .WithFile($"{Prefix}/bin/postgres", Program, executable: true)
        .WithFile($"{Prefix}/share/conf.sample", "port = 5432\n")
        .WithSymlink($"{Prefix}/bin/postmaster", "postgres");

    /// <summary>Debug information.</summary>
    public static TestTree Symbols { get; } = new TestTree().WithFile(".build-id/ab/cd.debug", "debug information");

    /// <summary>A request for what steps yield.</summary>
    public static PackageRequest Of(Step payload, Step? symbols = null) => new()
    {
        Target = Target,
        Prefix = Prefix,
        SourceDate = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        Payload = payload,
        Symbols = symbols,
        Recipe = Digest.Of("recipe"u8),
        Project = new PackagedProject(ProjectName.Parse("postgres"), "15.18", "A database server.", "PostgreSQL", new Uri("https://www.example.org/")),
        Source = SmallEngine.File("COPYRIGHT", "Anyone may do anything.\n"),
        Server = new PackagedServer(ProjectName.Parse("postgres"), IsDefault: true, PgVersion.Of(15, 18), OptionSetName.Parse("minimal"), IsDefaultSet: true, HasAssertions: false, payload),
        HasOwnBuild = true,
        Requires = [],
        Modules = [],
        Platform = () => new PackagedPlatform(TargetId.DefaultPlatform, "bookworm", "amd64", EmptyLock, [], [], new CompositionRules { Omissions = [] }, "2.36"),
        Image = () => new ImageParts(
            SmallEngine.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"), SmallEngine.File("usr/lib/locale/de_DE.utf8/LC_CTYPE", "de\0UTF-8\0"),
            SmallEngine.File("usr/lib/libother.so.1", "a library"), SmallEngine.File("usr/share/doc/libother1/copyright", "free")),
        Programs = () => SmallEngine.File("usr/bin/gzip", "a compressor"),
        RpmPrograms = () => SmallEngine.File("usr/bin/rpmbuild", "a packer"),
    };

    private static PackagesLock EmptyLock { get; } = new()
    {
        Version = PackagesLock.FormatVersion,
        Platform = "debian12-amd64",
        Archive = "debian",
        Suite = "bookworm",
        Component = "main",
        Architecture = "amd64",
        Release = new LockedRelease { Date = DateTimeOffset.UnixEpoch, Sha256 = Digest.Empty.Hash, Snapshot = "19700101T000000Z" },
        Packages = [],
    };

    /// <summary>A step for a tree that is stored already.</summary>
    public static async Task<Step> StepAsync(TestTree tree, IBlobStore blobs, CancellationToken cancel) => new StoredStep(new StepName("test", "tree"), await tree.PutAsync(blobs, cancel));

    /// <summary>Stores the payload.</summary>
    public static async Task<PackageRequest> PutAsync(IBlobStore blobs, CancellationToken cancel) => Of(await StepAsync(Files, blobs, cancel));
}
