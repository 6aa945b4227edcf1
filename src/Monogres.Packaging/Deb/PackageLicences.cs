using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Payloads.Binaries;
using Monogres.Platforms.Packages;
using Monogres.Store;

namespace Monogres.Packaging.Deb;

/// <summary>What packages of the platform say of their licences, as a step: <see cref="Facts"/>, a licence for each package that says it in the machine-readable form.</summary>
/// <param name="packages">The names of the packages; the input is a tree of them with their texts.</param>
public sealed class PackageLicences(ImmutableArray<string> packages) : TreeFunction
{
    /// <summary>The step for the packages that a target runs with.</summary>
    /// <param name="platform">The platform.</param>
    public static Step StepOf(PackagedPlatform platform) => new DeriveStep(
        new StepName(platform.Name, "licences of packages"), [PackageTexts.StepOf(platform)], new PackageLicences([.. platform.Runtime.Select(package => package.Name)]));

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("deb licences 1").Add(packages);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (files, licences) = (new TreeFiles(store.Blobs), new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var package in packages)
        {
            if (await files.FindFileAsync(inputs[0].Tree, PackageTexts.CopyrightOf(package), cancel) is { } text
                && DebianCopyright.LicenseOf(package, Encoding.UTF8.GetString(await store.Blobs.ReadAllAsync(text, cancel))) is { } license)
                licences.Add(package, license);
        }

        return await Facts.WriteAsync(store.Blobs, licences, PackageLicencesJson.Default.SortedDictionaryStringString, cancel);
    }

    /// <summary>Reads what the step gave: SPDX expressions by the names of packages.</summary>
    /// <exception cref="BlobMissingException">It is lost.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(IBlobStore blobs, Digest facts, CancellationToken cancel) =>
        await Facts.ReadAsync(blobs, facts, PackageLicencesJson.Default.SortedDictionaryStringString, cancel);
}

/// <summary>How they are kept.</summary>
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class PackageLicencesJson : JsonSerializerContext;
