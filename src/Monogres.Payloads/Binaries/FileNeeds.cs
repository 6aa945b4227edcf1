using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Binaries;

/// <summary>What one program or library asks of the machine it runs on.</summary>
/// <param name="Libraries">The libraries that the loader must find, in order (<see cref="ElfFile.Needed"/>).</param>
/// <param name="Versions">The symbol versions that these must have (<see cref="ElfFile.Versions"/>).</param>
/// <param name="Runpath">Where the loader looks first (<see cref="ElfFile.Runpath"/>), or null.</param>
public sealed record FileNeeds(ImmutableArray<string> Libraries, ImmutableArray<NeededVersion> Versions, string? Runpath)
{
    /// <summary>What a file of a payload needs, read once for each content; null when it is not ELF.</summary>
    /// <exception cref="BlobMissingException">The file is lost.</exception>
    /// <exception cref="UserErrorException">It claims to be ELF and is malformed.</exception>
    public static ValueTask<FileNeeds?> OfAsync(TreeStore store, TreeEntry.File file, CancellationToken cancel) => CachedFacts.OfAsync(
        store, key => key.Add("file needs 1").Add(file.Content), FileNeedsJson.Default.FileNeeds,
        async () => await BinaryNeeds.ElfAsync(store.Blobs, file, cancel) is { } elf ? new FileNeeds(elf.Needed, elf.Versions, elf.Runpath) : null, cancel);
}

/// <summary>How they are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FileNeeds))]
internal sealed partial class FileNeedsJson : JsonSerializerContext;
