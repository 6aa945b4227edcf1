using System.Buffers.Binary;
using System.Text;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Writes ELF files with sections and symbols, and nothing that a loader needs.</summary>
internal sealed class SmallElf
{
    private readonly List<(string Name, uint Type, ulong Flags, byte[] Content, uint Link)> _sections = [("", 0, 0, [], 0)];
    private readonly List<(string Name, int Type, int Section, ulong Value, ulong Size)> _symbols = [("", 0, 0, 0, 0)];

    public SmallElf With(string name, byte[] content, ulong flags = 2, uint type = 1)
    {
        _sections.Add((name, type, flags, content, 0));
        return this;
    }

    public SmallElf With(string name, string content, ulong flags = 2) => With(name, Encoding.ASCII.GetBytes(content), flags);

    public SmallElf Code(params (string Name, byte[] Code)[] functions)
    {
        var at = 0ul;
        foreach (var (name, code) in functions)
        {
            _symbols.Add((name, 2, _sections.Count, at, (ulong)code.Length));
            at += (ulong)code.Length;
        }

        return With(".text", [.. functions.SelectMany(function => function.Code)], flags: 6);
    }

    public SmallElf Files(params string[] names)
    {
        foreach (var name in names)
            _symbols.Add((name, 4, 0xfff1, 0, 0));
        return this;
    }

    public SmallElf Object(string name, int section, ulong value, ulong size)
    {
        _symbols.Add((name, 1, section, value, size));
        return this;
    }

    public SmallElf BuildId(string hex) => With(".note.gnu.build-id", [4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, .. "GNU\0"u8, .. Convert.FromHexString(hex)], type: 7);

    public byte[] Build()
    {
        List<byte> names = [0];
        uint Name(string text)
        {
            var offset = (uint)names.Count;
            names.AddRange([.. Encoding.UTF8.GetBytes(text), 0]);
            return text.Length == 0 ? 0 : offset;
        }

        List<byte> symbols = [];
        foreach (var (name, type, section, value, size) in _symbols)
            symbols.AddRange([.. U32(Name(name)), (byte)type, 0, .. U16((ushort)section), .. U64(value), .. U64(size)]);

        var sections = _sections.ToList();
        var strings = (uint)sections.Count + 1;
        sections.Add((".symtab", 2, 0, [.. symbols], strings));
        sections.Add((".strtab", 3, 0, [], 0));
        var sectionNames = sections.Select(section => Name(section.Name)).ToArray();
        sections[^1] = sections[^1] with { Content = [.. names] };

        List<byte> file = [.. new byte[64]];
        List<byte> headers = [];
        foreach (var (i, section) in sections.Index())
        {
            headers.AddRange([.. U32(sectionNames[i]), .. U32(section.Type), .. U64(section.Flags), .. U64(0), .. U64((ulong)file.Count), .. U64((ulong)section.Content.Length), .. U32(section.Link), .. U32(0), .. U64(1), .. U64(0)]);
            file.AddRange(section.Content);
        }

        var at = (ulong)file.Count;
        file.AddRange(headers);
        byte[] bytes = [.. file];
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), at);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(60), (ushort)sections.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(62), (ushort)(sections.Count - 1));
        return bytes;
    }

    private static byte[] U16(ushort number) => BitConverter.GetBytes(number);

    private static byte[] U32(uint number) => BitConverter.GetBytes(number);

    private static byte[] U64(ulong number) => BitConverter.GetBytes(number);
}
