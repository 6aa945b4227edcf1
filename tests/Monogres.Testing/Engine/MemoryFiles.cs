using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Store;

namespace Monogres.Testing;

/// <summary>Files that can be fetched, in memory.</summary>
internal sealed class MemoryFiles(IIngestingBlobStore blobs) : IFileSource
{
    private readonly ConcurrentDictionary<Sha256Hash, byte[]> _files = new();
    private readonly ConcurrentQueue<string> _fetched = new();

    /// <summary>The names of the files that were fetched, in order; one that was in the store already is not among them.</summary>
    public IReadOnlyList<string> Fetched => [.. _fetched];

    /// <summary>The names of files that the user has provided.</summary>
    public HashSet<string> Provided { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes a file available.</summary>
    public PinnedFile Add(string name, byte[] content)
    {
        _files[Sha256Hash.Of(content)] = content;
        return new PinnedFile { Name = name, Sha256 = Sha256Hash.Of(content), Size = content.Length, Places = [new Place.Web(new Uri($"https://source.invalid/{name}"))] };
    }

    /// <summary>Makes a file unavailable.</summary>
    public void Remove(PinnedFile file) => _files.TryRemove(file.Sha256, out _);

    public bool IsProvided(PinnedFile file) => Provided.Contains(file.Name);

    public async Task<IReadOnlyList<Digest>> FetchAsync(IReadOnlyList<PinnedFile> files, CancellationToken cancel)
    {
        List<Digest> digests = [];
        foreach (var file in files)
        {
            var here = new Digest(file.Sha256, file.Size ?? (_files.TryGetValue(file.Sha256, out var known) ? known.Length : 0));
            if (!await blobs.ContainsAsync(here, cancel))
            {
                if (!_files.TryGetValue(file.Sha256, out var content))
                    throw new UserErrorException($"`{file.Name}` is unavailable", "provide it", [$"https://source.invalid/{file.Name}: answered 404"]) { Unavailable = true };

                _fetched.Enqueue(file.Name);
                await blobs.PutAsync(content, cancel);
            }

            digests.Add(here);
        }

        return digests;
    }
}
