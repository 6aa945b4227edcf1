using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Deb;

/// <summary>Writes the installed files of a package, and knows then what its control files say of them.</summary>
/// <param name="blobs">Has the files.</param>
/// <param name="tree">The files, from <c>/</c> on.</param>
/// <param name="time">The time of every entry.</param>
internal sealed class DataMember(IBlobStore blobs, Digest tree, DateTimeOffset time)
{
    private const long Kibibyte = 1024;

    /// <summary>The file <c>md5sums</c> (deb-md5sums(5)), in the order of the archive.</summary>
    public string Sums { get; private set; } = "";

    /// <summary>What the files take, as dpkg estimates it (policy 5.6.20): each in whole KiB, and one for anything else.</summary>
    public long InstalledSize { get; private set; }

    /// <summary>Writes the archive.</summary>
    /// <exception cref="UserErrorException">A path or a link is longer than dpkg reads.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancel)
    {
        var (tar, sums, size) = (new CanonicalTarWriter(output, time), new StringBuilder(), 0L);
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            if (!CanonicalTarWriter.FitsUstar(entry.Path.Value + (entry is TreeEntry.Directory ? "/" : ""), (entry as TreeEntry.Symlink)?.Target ?? "", (entry as TreeEntry.File)?.Content.Size ?? 0))
                throw DebErrors.PathTooLong(entry.Path);

            switch (entry)
            {
                case TreeEntry.Directory:
                    await tar.WriteDirectoryAsync(entry.Path, cancel);
                    size++;
                    break;

                case TreeEntry.Symlink link:
                    await tar.WriteSymlinkAsync(entry.Path, link.Target, cancel);
                    size++;
                    break;

                case TreeEntry.File file:
                    await using (var content = new SummedStream(await blobs.OpenAsync(file.Content, cancel)))
                    {
                        await tar.WriteFileAsync(entry.Path, file.Executable, file.Content.Size, content, cancel);
                        sums.Append(content.Sum()).Append("  ").Append(entry.Path.Value).Append('\n');
                    }

                    size += (file.Content.Size + Kibibyte - 1) / Kibibyte;
                    break;
            }
        }

        await tar.CompleteAsync(cancel);
        (Sums, InstalledSize) = (sums.ToString(), size);
    }

    /// <summary>Adds up what is read. MD5 is what the format has; it protects nothing here.</summary>
    private sealed class SummedStream(Stream inner) : ForwardStream
    {
#pragma warning disable CA5351 // deb-md5sums(5) has no other.
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351

        public string Sum() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _hash.AppendData(buffer[..read]);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
