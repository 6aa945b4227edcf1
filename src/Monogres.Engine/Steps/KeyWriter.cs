using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>
/// Collects the canonical description of a step, whose SHA-256 is the step's key. Every field is written with its length,
/// so that no two different lists of fields give one description.
/// </summary>
public sealed class KeyWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    /// <summary>Adds a text field, as UTF-8.</summary>
    public KeyWriter Add(ReadOnlySpan<char> text)
    {
        var span = _bytes.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        _bytes.Advance(sizeof(int) + length);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public KeyWriter Add(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
        return this;
    }

    /// <summary>Adds a digest.</summary>
    public KeyWriter Add(Digest digest)
    {
        Add(digest.Hash);
        return Add(digest.Size);
    }

    /// <summary>Adds a hash.</summary>
    public KeyWriter Add(Sha256Hash hash)
    {
        hash.CopyTo(_bytes.GetSpan(Sha256Hash.Length));
        _bytes.Advance(Sha256Hash.Length);
        return this;
    }

    /// <summary>Adds a list of texts, in this order.</summary>
    public KeyWriter Add(IReadOnlyCollection<string> texts)
    {
        Add(texts.Count);
        foreach (var text in texts)
            Add(text.AsSpan());
        return this;
    }

    /// <summary>Adds a part that was described before, as if it were described now.</summary>
    public KeyWriter Add(KeyPart part)
    {
        _bytes.Write(part.Bytes);
        return this;
    }

    /// <summary>The key of a description.</summary>
    public static Digest KeyOf(Action<KeyWriter> describe)
    {
        var writer = new KeyWriter();
        describe(writer);
        return writer.ToKey();
    }

    internal byte[] ToBytes() => _bytes.WrittenSpan.ToArray();

    /// <summary>The key of what was added.</summary>
    internal Digest ToKey() => Digest.Of(_bytes.WrittenSpan);

    internal void Clear() => _bytes.ResetWrittenCount();
}

/// <summary>A part that many descriptions have in common: described once, and copied from then on.</summary>
/// <param name="describe">Adds its fields.</param>
public sealed class KeyPart(Action<KeyWriter> describe)
{
    internal ReadOnlySpan<byte> Bytes => _bytes;

    private readonly byte[] _bytes = Describe(describe);

    private static byte[] Describe(Action<KeyWriter> describe)
    {
        var writer = new KeyWriter();
        describe(writer);
        return writer.ToBytes();
    }
}
