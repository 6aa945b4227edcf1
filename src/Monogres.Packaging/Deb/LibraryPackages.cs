using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Deb;

/// <summary>A shared library of a platform, and the package that has it.</summary>
/// <param name="Library">The name that programs ask the loader for, <c>libssl.so.3</c>.</param>
/// <param name="Package">The package.</param>
/// <param name="Version">The version of the package in the platform's lock.</param>
public sealed record LibraryPackage(string Library, string Package, string Version);

/// <summary>
/// Which package of a lock has which shared library, as a step: <see cref="Facts"/> with a list of <see cref="LibraryPackage"/>,
/// sorted. The inputs are the trees of the packages.
/// </summary>
/// <param name="packages">The packages, in the order of the inputs.</param>
public sealed partial class LibraryPackages(ImmutableArray<LockedPackage> packages) : TreeFunction
{
    /// <summary>The step for these packages of a lock.</summary>
    /// <param name="owner">For people: the platform.</param>
    /// <param name="from">The lock.</param>
    /// <param name="wanted">The packages of it, sorted by name.</param>
    /// <param name="rules">What becomes of their files; those by which roots are composed, so that no package is unpacked twice.</param>
    public static Step StepOf(object owner, PackagesLock from, ImmutableArray<LockedPackage> wanted, CompositionRules rules) => new DeriveStep(
        new StepName(owner, "libraries of packages"),
        [
            .. wanted.Select(package => new ComposeStep(
                new StepName(owner, $"package {package.Name}"), new RootRecipe { Packages = [new RootPackage(package.Name, package.Digest)], Rules = rules }, [new ComposeSource.Locked(from, [package])])),
        ],
        new LibraryPackages(wanted));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("deb libraries 1").Add([.. packages.SelectMany(package => (string[])[package.Name, package.Version])]);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var libraries = new SortedDictionary<string, LibraryPackage>(StringComparer.Ordinal);
        for (var i = 0; i < inputs.Length; i++)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[i].Tree, cancel))
            {
                if (entry is not TreeEntry.Directory && LibraryDirectory().IsMatch(entry.Path.Parent.Value) && DebLayout.IsLibrary(entry.Path))
                    libraries.TryAdd(entry.Path.Name, new LibraryPackage(entry.Path.Name, packages[i].Name, packages[i].Version));
            }
        }

        return await Facts.WriteAsync(store.Blobs, libraries.Values.ToArray(), LibraryPackagesJson.Default.LibraryPackageArray, cancel);
    }

    /// <summary>Reads what the step gave.</summary>
    /// <exception cref="BlobMissingException">It is lost.</exception>
    public static async Task<ImmutableDictionary<string, LibraryPackage>> ReadAsync(IBlobStore blobs, Digest facts, CancellationToken cancel) =>
        (await Facts.ReadAsync(blobs, facts, LibraryPackagesJson.Default.LibraryPackageArray, cancel)).ToImmutableDictionary(library => library.Library, StringComparer.Ordinal);

    /// <summary>The directories that the loader searches unasked (ld.so(8)), in a root with a merged <c>/usr</c>.</summary>
    [GeneratedRegex(@"^usr/lib(64)?(/[a-z0-9_]+-linux-gnu[a-z0-9]*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LibraryDirectory();
}

/// <summary>How they are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LibraryPackage[]))]
internal sealed partial class LibraryPackagesJson : JsonSerializerContext;
