using System.Text;
using Monogres.Core;

namespace Monogres.Store.Disk;

/// <summary>
/// Small entries by digest as files, <c>ab/&lt;hash&gt;-&lt;size&gt;</c>: the content, then the 32 bytes of the SHA-256 over the
/// name of the file and the content, so that an entry that is torn, damaged, or another's is noticed and counts as none. The access time is the day of last use. Safe for
/// several threads and processes.
/// </summary>
/// <param name="directory">Holds the entries; absolute.</param>
/// <param name="temporary">Names on the same file system.</param>
/// <param name="time">For the day of last use.</param>
internal sealed class EntryFiles(string directory, TemporaryNames temporary, TimeProvider time)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan UseResolution = TimeSpan.FromDays(1);

    /// <summary>The content of an entry, which is used now; null when there is none, or it is damaged.</summary>
    public byte[]? Find(Digest key)
    {
        var path = PathOf(key);
        if (Read(path, SumOf, out var facts) is not { } content)
            return null;

        var now = time.GetUtcNow();
        if (now - facts.LastUse >= UseResolution)
            LibC.SetAccessTime(path, now);
        return content;
    }

    /// <summary>Writes an entry, replacing an older one.</summary>
    /// <exception cref="UserErrorException">The disk does not take it.</exception>
    public void Put(Digest key, ReadOnlySpan<byte> content)
    {
        try
        {
            Write(PathOf(key), content, time.GetUtcNow());
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    /// <summary>Writes the entries anew that have the checksum of format 2, which did not cover their names. What is damaged stays, and counts as none.</summary>
    public void UpgradeFromFormat2()
    {
        foreach (var file in All())
        {
            if (Read(file.Path, (_, content) => Sha256Hash.Of(content), out var facts) is { } content)
                Write(file.Path, content, facts.LastUse);
        }
    }

    /// <summary>Removes an entry; no error when there is none.</summary>
    /// <exception cref="UserErrorException">It cannot be removed.</exception>
    public void Remove(Digest key)
    {
        try
        {
            LibC.Unlink(PathOf(key));
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    /// <summary>The content of the entry in a file, or null when there is none or it is damaged. Does not count as use.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public byte[]? Read(string path, out FileFacts facts) => Read(path, SumOf, out facts);

    private byte[]? Read(string path, Checksum sumOf, out FileFacts facts)
    {
        byte[]? entry;
        try
        {
            entry = UntouchedFile.ReadAll(path, out facts);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }

        if (entry is null || entry.Length < Sha256Hash.Length)
            return null;

        var content = entry[..^Sha256Hash.Length];
        return sumOf(Path.GetFileName(path), content) == new Sha256Hash(entry.AsSpan(content.Length)) ? content : null;
    }

    private void Write(string path, ReadOnlySpan<byte> content, DateTimeOffset lastUse)
    {
        var entry = new byte[content.Length + Sha256Hash.Length];
        content.CopyTo(entry);
        SumOf(Path.GetFileName(path), content).CopyTo(entry.AsSpan(content.Length));
        using var file = NewFile.Create(temporary);
        file.Append(entry);
        file.Finish(path, Mode, lastUse, lastWrite: null);
    }

    private delegate Sha256Hash Checksum(string name, ReadOnlySpan<byte> content);

    private static Sha256Hash SumOf(string name, ReadOnlySpan<byte> content) => Sha256Hash.Of([.. Encoding.ASCII.GetBytes(name), .. content]);

    /// <summary>Every file that stands where entries are.</summary>
    public IEnumerable<StoredFile> All() => StoredFile.Below(directory);

    private string PathOf(Digest key)
    {
        var hash = key.Hash.ToString();
        return $"{directory}/{hash.AsSpan(0, 2)}/{hash}-{key.Size}";
    }
}
