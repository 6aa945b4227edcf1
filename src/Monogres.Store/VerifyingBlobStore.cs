using System.Security.Cryptography;
using Monogres.Core;

namespace Monogres.Store;

/// <summary>
/// Hashes every blob while it is read, because a disk can lie. A damaged one is dropped from the store and reported as
/// missing, before the reader gets its last bytes, so that it is restored instead of being used.
/// </summary>
/// <param name="inner">The store that is not trusted.</param>
public sealed class VerifyingBlobStore(ILocalBlobStore inner) : ILocalBlobStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel) => inner.FindMissingAsync(digests, cancel);

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel) =>
        new VerifyingStream(await inner.OpenAsync(digest, cancel), digest, inner);

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel) => inner.PutAsync(digest, content, cancel);

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel) => inner.PutAsync(content, cancel);

    /// <inheritdoc/>
    public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => inner.PutAsync(content, cancel);

    /// <inheritdoc/>
    public void Drop(Digest digest) => inner.Drop(digest);

    private sealed class VerifyingStream(Stream content, Digest digest, ILocalBlobStore store) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _done;
        private bool _verified;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => digest.Size;

        public override long Position
        {
            get => _done;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var count = content.Read(buffer);
            Check(buffer[..count], asked: buffer.Length);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await content.ReadAsync(buffer, cancellationToken);
            Check(buffer.Span[..count], asked: buffer.Length);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Check(ReadOnlySpan<byte> read, int asked)
        {
            if (read.IsEmpty && asked > 0 && _done < digest.Size)
                throw Damaged();

            _hash.AppendData(read);
            _done += read.Length;
            if (_done > digest.Size)
                throw Damaged();

            if (_done < digest.Size || _verified)
                return;

            Span<byte> actual = stackalloc byte[Sha256Hash.Length];
            _hash.GetHashAndReset(actual);
            _verified = new Sha256Hash(actual) == digest.Hash ? true : throw Damaged();
        }

        private BlobMissingException Damaged()
        {
            store.Drop(digest);
            return new BlobMissingException(digest, "is damaged");
        }
    }
}
