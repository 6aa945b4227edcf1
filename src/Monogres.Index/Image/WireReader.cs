using System.Text;
using Monogres.Core;
using Monogres.Index.Platforms;

namespace Monogres.Index.Image;

/// <summary>Reads the record that begins at a place of an image.</summary>
internal sealed class WireReader(IndexImage image, int start) : Wire
{
    private int _position = start;

    public override long Number(long? value)
    {
        var bytes = image.Bytes;
        ulong rest = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[_position++];
            rest |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)(rest >> 1) ^ -(long)(rest & 1);
        }
    }

    public override string Text(string? value) => image.TextOf((int)Number(null));

    public override string OwnText(string? value)
    {
        var length = (int)Number(null);
        _position += length;
        return Encoding.UTF8.GetString(image.Bytes.Slice(_position - length, length));
    }

    public override Sha256Hash Hash(Sha256Hash? value)
    {
        _position += Sha256Hash.Length;
        return new Sha256Hash(image.Bytes.Slice(_position - Sha256Hash.Length, Sha256Hash.Length));
    }

    public override VersionRange Range(VersionRange? value) => image.RangeOf((int)Number(null));

    public override Platform PlatformByName(Platform? value)
    {
        var name = Text(null);
        return image.Platforms.Find(name) ?? throw new InvalidOperationException($"the image has no platform {name}");
    }
}
