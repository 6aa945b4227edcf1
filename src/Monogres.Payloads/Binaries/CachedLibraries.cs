using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;

namespace Monogres.Payloads.Binaries;

/// <summary>What libraries give to others, read once for each: thousands of extensions are held against one server and a few roots.</summary>
public sealed class CachedLibraries(TreeStore store)
{
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

        var library = await CachedFacts.OfAsync(
            store, key => key.Add("library 3").Add(content), CachedLibraryJson.Default.CachedLibrary, () => ReadAsync(path, content, cancel), cancel);
        return library is null ? null : _read.GetOrAdd(content, new SharedLibrary(library.Machine, library.Needed, library.Exports.Select(Symbol)));
    }

    private async Task<CachedLibrary?> ReadAsync(RelativePath path, Digest content, CancellationToken cancel)
    {
        var bytes = await store.Blobs.ReadAllAsync(content, cancel);
        return BinaryNeeds.Elf(path, bytes) is { } elf
            ? new CachedLibrary(elf.Machine, elf.Needed, [.. BinaryNeeds.Symbols(path, bytes).Exports.Select(symbol => symbol.Version is null ? symbol.Name : $"{symbol.Name}@{symbol.Version}")])
            : null;
    }

    private static ExportedSymbol Symbol(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? new ExportedSymbol(text[..at], text[(at + 1)..]) : new ExportedSymbol(text, Version: null);
}

/// <summary>How a library is kept: each symbol as its name, and its version behind a <c>@</c>.</summary>
internal sealed record CachedLibrary(int Machine, ImmutableArray<string> Needed, ImmutableArray<string> Exports);

/// <summary>How libraries are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CachedLibrary))]
internal sealed partial class CachedLibraryJson : JsonSerializerContext;
