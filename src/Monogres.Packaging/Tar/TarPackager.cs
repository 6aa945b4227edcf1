using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Tar;

/// <summary>
/// Lays a payload out as a tar archive: one top directory, then the payload's own prefix (<c>bin lib share include</c>),
/// so that the tree runs from wherever it is unpacked.
/// </summary>
/// <param name="store">Holds the payload.</param>
public sealed class TarPackager(IBlobStore store)
{
    /// <summary>Writes the archive and returns its digest.</summary>
    /// <param name="payload">The tree to lay out.</param>
    /// <param name="top">The one directory at the top of the archive.</param>
    /// <param name="time">The modification time of every entry: the release's, never now.</param>
    /// <param name="output">Where to write; stays open.</param>
    /// <param name="cancel">Stops between two reads.</param>
    /// <exception cref="BlobMissingException">A blob of the payload is missing or damaged.</exception>
    public async Task<Digest> WriteAsync(Digest payload, string top, DateTimeOffset time, Stream output, CancellationToken cancel)
    {
        using var hashed = new HashingStream(output);
        var root = RelativePath.Root.Child(top);
        var tar = new CanonicalTarWriter(hashed, time);
        await tar.WriteDirectoryAsync(root, cancel);
        await foreach (var entry in TreeWalk.EntriesAsync(store, payload, cancel))
        {
            var path = root.Combine(entry.Path);
            switch (entry)
            {
                case TreeEntry.Directory:
                    await tar.WriteDirectoryAsync(path, cancel);
                    break;

                case TreeEntry.Symlink link:
                    await tar.WriteSymlinkAsync(path, link.Target, cancel);
                    break;

                case TreeEntry.File file:
                    var content = await store.OpenAsync(file.Content, cancel);
                    await using (content)
                        await tar.WriteFileAsync(path, file.Executable, file.Content.Size, content, cancel);
                    break;
            }
        }

        await tar.CompleteAsync(cancel);
        return hashed.Digest();
    }

    /// <summary>Passes bytes on and hashes them on the way.</summary>
    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public Digest Digest() => new(new Sha256Hash(_hash.GetCurrentHash()), _length);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            _length += buffer.Length;
            inner.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            _length += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
