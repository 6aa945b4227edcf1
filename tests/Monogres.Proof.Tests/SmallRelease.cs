using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Proof.Attestations;
using Monogres.Proof.Provenance;
using Monogres.Proof.Sbom;
using Monogres.Proof.Signatures;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Proof.Tests;

/// <summary>A built target with two packages in a directory, small and in known bytes, and what is said of it.</summary>
internal sealed class SmallRelease : IDisposable
{
    /// <summary>The name of the set.</summary>
    public const string Name = "tiny-1.0-postgres-15.18-minimal-debian12-amd64";

    private readonly SmallWorld _world;
    private readonly TemporaryDirectory _directory = new();

    private SmallRelease(SmallWorld world, TargetManifest manifest)
    {
        (_world, Manifest, Target) = (world, manifest, world.Plan(SmallWorld.Extension));
        Write();
    }

    /// <summary>The files.</summary>
    public string Directory => _directory.Path;

    /// <summary>The target.</summary>
    public Target Target { get; }

    /// <summary>Its manifest.</summary>
    public TargetManifest Manifest { get; private set; }

    /// <summary>A file of the directory.</summary>
    public string this[string name] => _directory[name];

    /// <summary>All files, as the shell sorts them.</summary>
    public string[] Files => [.. System.IO.Directory.GetFiles(Directory).Order(StringComparer.Ordinal)];

    /// <summary>The platform, with the packages that the target runs with: libpq5 needs libssl3, and everything needs libc6.</summary>
    public PackagedPlatform Platform
    {
        get
        {
            var packages = new PackagesLock
            {
                Version = PackagesLock.FormatVersion,
                Platform = "debian12-amd64",
                Archive = "debian",
                Suite = "bookworm",
                Component = "main",
                Architecture = "amd64",
                Release = new LockedRelease { Date = DateTimeOffset.UnixEpoch, Sha256 = default, Snapshot = "20260712T101637Z" },
                Packages = [Package("libc6", "2.36-9+deb12u14"), Package("libpq5", "15.18-0+deb12u1", "libc6", "libssl3"), Package("libssl3", "3.0.17-1~deb12u2", "libc6"), Package("libstdc++6", "12.2.0-14", "libc6")],
            };
            return new PackagedPlatform(PlatformName.Parse(packages.Platform), packages.Suite, packages.Architecture, packages, packages.Packages, packages.Packages, new CompositionRules { Omissions = [] }, "2.36");
        }
    }

    /// <summary>Builds it.</summary>
    public static async Task<SmallRelease> NewAsync(CancellationToken cancel)
    {
        var world = await SmallWorld.NewAsync(cancel);
        var target = world.Plan(SmallWorld.Extension);
        var built = await world.Builds.BuildAsync(target, useCache: true, cancel);
        var recipe = await new RecipeReader(world.Small.Engine, Digest.Of("index"u8), "monogres 0.1.0").GetAsync(target, cancel);
        return new SmallRelease(world, new TargetManifest
        {
            Recipe = recipe,
            Result = TargetResult.Of(built) with { Libraries = ["libc.so.6", "libpq.so.5"] },
            Files = [File($"{Name}.tar", "a tar"), File($"{Name}-symbols.tar", "symbols"), File("postgresql-15-tiny_1.0-1_amd64.deb", "a deb")],
        });
    }

    /// <summary>What it is made of.</summary>
    public BillOfMaterials Bill(PortableList? carried = null) => new TargetMaterials(Target, Manifest, Platform, Facts with { Carried = carried }).ToBill();

    /// <summary>What is known of its packages.</summary>
    public static MaterialFacts Facts { get; } = new()
    {
        Libraries = new Dictionary<string, LibraryPackage>(StringComparer.Ordinal) { ["libc.so.6"] = new("libc.so.6", "libc6", "2.36-9+deb12u14"), ["libpq.so.5"] = new("libpq.so.5", "libpq5", "15.18-0+deb12u1") },
        Licences = new Dictionary<string, string>(StringComparer.Ordinal) { ["libpq5"] = "PostgreSQL", ["libssl3"] = "Apache-2.0 AND LicenseRef-debian-libssl3-odd" },
    };

    /// <summary>Writes the statements of a builder.</summary>
    public async Task AttestAsync(ISigner signer, CancellationToken cancel, string? to = null, bool bundles = false, Digest? output = null)
    {
        var set = (await ArtifactFiles.SetsOfAsync([this[$"{Name}.json"]], cancel)).Single();
        await new Attestor(signer, new Builder("https://builds.example.org/one", "monogres 0.1.0", Sha256Hash.Of("tool"u8))).WriteAsync(set, await set.SubjectsAsync(cancel), Target, Bill(), run: null, output, new AttestationOptions(to, bundles), cancel);
    }

    /// <summary>Changes what was built, as another builder could have got it, and writes the files anew.</summary>
    public void Rebuild(Func<TargetManifest, TargetManifest> change, string tar = "a tar")
    {
        Manifest = change(Manifest with { Files = [File($"{Name}.tar", tar), .. Manifest.Files.Skip(1)] });
        Write(tar);
    }

    public void Dispose()
    {
        _world.Dispose();
        _directory.Dispose();
    }

    private void Write(string tar = "a tar")
    {
        System.IO.File.WriteAllText(this[$"{Name}.tar"], tar);
        System.IO.File.WriteAllText(this[$"{Name}-symbols.tar"], "symbols");
        System.IO.File.WriteAllText(this["postgresql-15-tiny_1.0-1_amd64.deb"], "a deb");
        System.IO.File.WriteAllText(this[$"{Name}.json"], Manifest.ToText());
        System.IO.File.WriteAllText(this[ArtifactFiles.PackagesOf(Manifest.Recipe)], RecipeReader.PackagesOf(Target).ToText());
    }

    private static RecordedFile File(string name, string content) => new(name, Sha256Hash.Of(Encoding.UTF8.GetBytes(content)).ToString(), Encoding.UTF8.GetByteCount(content));

    private static LockedPackage Package(string name, string version, params string[] depends) => new()
    {
        Name = name,
        Version = version,
        Architecture = "amd64",
        Sha256 = Sha256Hash.Of(Encoding.UTF8.GetBytes(name)),
        Size = name.Length,
        Path = RelativePath.Parse($"pool/main/{name[0]}/{name}_amd64.deb"),
        Depends = [.. depends],
    };
}
