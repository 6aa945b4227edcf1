using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Monogres.Core;
using Monogres.Index.Image;

namespace Monogres.Index.Cache;

/// <summary>
/// Keeps a sound index in one file, and reads that in place of thousands as long as every file of the index is the one that it
/// was made from. Whatever is unexpected in the kept file means that the index is read again. An index with a problem is not kept.
/// </summary>
/// <param name="directory">Where to keep it; made when it is not there.</param>
/// <param name="time">Tells which files have only just been changed.</param>
public sealed class IndexCache(string directory, TimeProvider time)
{
    // A file that changes twice within a tick of the file system's clock may look the same after both. No such clock is coarser than this.
    private static readonly TimeSpan Coarsest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private static ReadOnlySpan<byte> Magic => "MNGRIDX1"u8;

    // What another build of the reader has kept is not read: neither its form nor what it has checked is known.
    private static readonly byte[] Reader = [.. typeof(IndexCache).Module.ModuleVersionId.ToByteArray(), .. typeof(VersionRange).Module.ModuleVersionId.ToByteArray()];

    // The magic, the checksum of all after it, the length of the stamps, the reader.
    private const int ChecksumAt = 8, StampsLengthAt = 12, ReaderAt = 16, HeaderLength = ReaderAt + 32;

    /// <summary>As <see cref="IndexReader.ReadAsync"/>, from the kept file where that is as good.</summary>
    /// <param name="index">The absolute path of the index.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserErrorException">The directory is not there, or holds no <c>index.json</c>.</exception>
    public async Task<IndexReading> ReadAsync(string index, CancellationToken cancel)
    {
        if (Find(index) is { } known)
            return new IndexReading.ValidIndex(known);

        var trusted = time.GetUtcNow() - Coarsest;
        var stamps = IndexStamps.TryTake(index);
        var reading = await IndexReader.ReadAsync(index, cancel);
        if (reading is IndexReading.ValidIndex sound && stamps is not null && stamps.NewestChange < Nanoseconds(trusted)
            && IndexStamps.AreOf(index, stamps.Written.Span))
            TryWrite(index, stamps, sound.Index.Image);

        return reading;
    }

    /// <summary>The kept index when it is still that of the files; else null.</summary>
    internal MonogresIndex? Find(string index)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(FileOf(index));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (bytes.Length < HeaderLength || !bytes.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ChecksumAt)) != Checksum(bytes.AsSpan(StampsLengthAt))
            || !bytes.AsSpan(ReaderAt, Reader.Length).SequenceEqual(Reader))
            return null;

        var stamps = bytes.AsSpan(HeaderLength, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(StampsLengthAt)));
        return IndexStamps.AreOf(index, stamps) ? new MonogresIndex(new IndexImage(bytes.AsMemory(HeaderLength + stamps.Length))) : null;
    }

    // Whoever cannot keep it reads the index each time.
    private void TryWrite(string index, IndexStamps stamps, IndexImage image)
    {
        var bytes = new byte[HeaderLength + stamps.Written.Length + image.Written.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(StampsLengthAt), stamps.Written.Length);
        Reader.CopyTo(bytes.AsSpan(ReaderAt));
        stamps.Written.Span.CopyTo(bytes.AsSpan(HeaderLength));
        image.Written.Span.CopyTo(bytes.AsSpan(HeaderLength + stamps.Written.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumAt), Checksum(bytes.AsSpan(StampsLengthAt)));
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = FileOf(index);
            foreach (var left in Directory.EnumerateFiles(directory, $"{Path.GetFileName(file)}.*").Where(left => time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(left) > Abandoned))
                File.Delete(left);

            var temporary = $"{file}.{Environment.ProcessId}";
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
                stream.Write(bytes);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private string FileOf(string index) => Path.Combine(directory, $"index-{Sha256Hash.Of(Encoding.UTF8.GetBytes(index)).ToString()[..16]}");

    private static long Nanoseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    // Against torn and damaged files, not against people: who can write this file can also write the index.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            checksum = BitOperations.Crc32C(checksum, one);
        return checksum;
    }
}
