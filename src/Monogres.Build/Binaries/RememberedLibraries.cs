using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Binaries;

/// <summary>What libraries give to others, read once for each: thousands of extensions are held against one server and a few roots.</summary>
public sealed class RememberedLibraries(IBlobStore blobs, IActionCache actions)
{
    private static readonly RelativePath FileName = RelativePath.Parse("library.json");

    private readonly RememberedTrees _remembered = new(blobs, actions);
    private readonly ConcurrentDictionary<Digest, SharedLibrary> _read = new();

    /// <summary>What a program or library gives; null when the file is not ELF.</summary>
    /// <param name="path">Where it stands, for messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">The file is lost.</exception>
    /// <exception cref="UserErrorException">It claims to be ELF and is not as it should be.</exception>
    public async ValueTask<SharedLibrary?> OfAsync(RelativePath path, Digest content, CancellationToken cancel)
    {
        if (_read.TryGetValue(content, out var known))
            return known;

        var description = new CanonicalText("monogres library v1");
        description.Add("file", content.ToString());
        var library = await FindAsync(description.Digest, cancel);
        if (library is null)
        {
            var bytes = await blobs.ReadAllAsync(content, cancel);
            if (BinaryNeeds.Elf(path, bytes) is not { } elf)
                return null;

            library = new KeptLibrary(elf.Machine, elf.Needed, [.. BinaryNeeds.Symbols(path, bytes).Exports.Select(symbol => symbol.Version is null ? symbol.Name : $"{symbol.Name}@{symbol.Version}")]);
            var tree = new TreeBuilder();
            tree.AddFile(FileName, await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(library, KeptLibraryJson.Default.KeptLibrary), cancel), executable: false);
            await _remembered.RememberAsync(description.ToBytes(), await tree.WriteAsync(blobs, cancel), cancel);
        }

        return _read.GetOrAdd(content, new SharedLibrary(library.Machine, library.Needed, library.Exports.Select(Symbol)));
    }

    private async ValueTask<KeptLibrary?> FindAsync(Digest description, CancellationToken cancel)
    {
        try
        {
            if (await _remembered.FindAsync(description, cancel) is { } tree && await new TreeFiles(blobs).FindFileAsync(tree, FileName, cancel) is { } file)
                return JsonSerializer.Deserialize(await blobs.ReadAllAsync(file, cancel), KeptLibraryJson.Default.KeptLibrary);
        }
        catch (BlobMissingException)
        {
            // Read again.
        }

        return null;
    }

    private static ExportedSymbol Symbol(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? new ExportedSymbol(text[..at], text[(at + 1)..]) : new ExportedSymbol(text, Version: null);
}

/// <summary>How a library is kept: each symbol as its name, and its version behind a <c>@</c>.</summary>
internal sealed record KeptLibrary(int Machine, ImmutableArray<string> Needed, ImmutableArray<string> Exports);

/// <summary>How libraries are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeptLibrary))]
internal sealed partial class KeptLibraryJson : JsonSerializerContext;
