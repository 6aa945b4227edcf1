using System.Buffers.Binary;
using System.Text;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Image;

/// <summary>
/// An index as bytes, of which only what is asked for becomes records. Records stand one after the other; a table for each
/// kind says by name where each begins; the texts that several records have follow, and last the places of all of these.
/// </summary>
internal sealed class IndexImage
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string?[] _texts;
    private readonly VersionRange?[] _ranges;
    private readonly int _textEnds, _textBytes;
    private readonly Lazy<OptionSets> _optionSets;

    /// <summary>Takes what <see cref="Of"/> has written.</summary>
    public IndexImage(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        var places = Places.ReadFrom(bytes.Span);
        (_texts, _ranges) = (new string?[places.TextCount], new VersionRange?[places.TextCount]);
        (_textEnds, _textBytes) = (places.Texts, places.Texts + (places.TextCount * sizeof(int)));

        var head = new WireReader(this, places.Head);
        Digest = new Digest(head.Hash(null), head.Number(null));
        DefaultServer = head.Name(null);
        Redistribution = LicenseCodec.Rules(head, null);
        Servers = new RecordTable<Project>(this, places.Servers, ProjectCodec.Project);
        Outlines = new RecordTable<ExtensionOutline>(this, places.Outlines, ExtensionCodec.Outline);
        Extensions = new RecordTable<ExtensionProject>(this, places.Extensions, ExtensionCodec.Project);
        Styles = new RecordTable<BuildStyle>(this, places.Styles, StyleCodec.Style);
        ExtensionStyles = new RecordTable<ExtensionStyle>(this, places.ExtensionStyles, StyleCodec.ExtensionStyle);
        Platforms = new RecordTable<Platform>(this, places.Platforms, PlatformCodec.Platform);
        _optionSets = new Lazy<OptionSets>(() => OptionCodec.Sets(new WireReader(this, places.OptionSets), null));
    }

    /// <summary>All of it, to be kept.</summary>
    public ReadOnlyMemory<byte> Written => _bytes;

    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    public Digest Digest { get; }

    public ProjectName DefaultServer { get; }

    public RedistributionRules Redistribution { get; }

    public RecordTable<Project> Servers { get; }

    public RecordTable<ExtensionOutline> Outlines { get; }

    public RecordTable<ExtensionProject> Extensions { get; }

    public RecordTable<BuildStyle> Styles { get; }

    public RecordTable<ExtensionStyle> ExtensionStyles { get; }

    public RecordTable<Platform> Platforms { get; }

    public OptionSets OptionSets => _optionSets.Value;

    /// <summary>Writes an index.</summary>
    public static IndexImage Of(IndexContent content)
    {
        var wire = new WireWriter();
        var head = wire.Position;
        wire.Hash(content.Digest.Hash);
        wire.Number(content.Digest.Size);
        wire.Name(content.DefaultServer);
        LicenseCodec.Rules(wire, content.Redistribution);
        var optionSets = wire.Position;
        OptionCodec.Sets(wire, content.OptionSets);
        var places = new Places
        {
            Head = head,
            OptionSets = optionSets,
            Servers = RecordTable<Project>.Write(wire, content.Servers, server => server.Name.Value, ProjectCodec.Project),
            Outlines = RecordTable<ExtensionOutline>.Write(wire, content.Extensions.Select(ExtensionOutline.Of), extension => extension.Name.Value, ExtensionCodec.Outline),
            Extensions = RecordTable<ExtensionProject>.Write(wire, content.Extensions, extension => extension.Name.Value, ExtensionCodec.Project),
            Styles = RecordTable<BuildStyle>.Write(wire, content.Styles, style => style.Name, StyleCodec.Style),
            ExtensionStyles = RecordTable<ExtensionStyle>.Write(wire, content.ExtensionStyles, style => style.Name, StyleCodec.ExtensionStyle),
            Platforms = RecordTable<Platform>.Write(wire, content.Platforms, platform => platform.Name.ToString(), PlatformCodec.Platform),
        };
        var (texts, count) = wire.Texts();
        (places with { Texts = texts, TextCount = count }).WriteTo(wire);
        return new IndexImage(wire.Written);
    }

    /// <summary>The shared text of that number.</summary>
    public string TextOf(int number)
    {
        if (_texts[number] is { } known)
            return known;

        var (start, end) = (number == 0 ? 0 : Fixed(_textEnds + ((number - 1) * sizeof(int))), Fixed(_textEnds + (number * sizeof(int))));
        return _texts[number] = Encoding.UTF8.GetString(Bytes[(_textBytes + start)..(_textBytes + end)]);
    }

    /// <summary>The version range that the shared text of that number is.</summary>
    public VersionRange RangeOf(int number) => _ranges[number] ??= VersionRange.Parse(TextOf(number));

    /// <summary>The number of a fixed width at a place.</summary>
    public int Fixed(int position) => BinaryPrimitives.ReadInt32LittleEndian(Bytes[position..]);

    /// <summary>Where the parts of an image begin.</summary>
    private readonly record struct Places
    {
        private const int Length = 10 * sizeof(int);

        public int Head { get; init; }

        public int OptionSets { get; init; }

        public int Servers { get; init; }

        public int Outlines { get; init; }

        public int Extensions { get; init; }

        public int Styles { get; init; }

        public int ExtensionStyles { get; init; }

        public int Platforms { get; init; }

        public int Texts { get; init; }

        public int TextCount { get; init; }

        public static Places ReadFrom(ReadOnlySpan<byte> bytes)
        {
            var last = bytes[^Length..];
            return new Places
            {
                Head = Number(last, 0),
                OptionSets = Number(last, 1),
                Servers = Number(last, 2),
                Outlines = Number(last, 3),
                Extensions = Number(last, 4),
                Styles = Number(last, 5),
                ExtensionStyles = Number(last, 6),
                Platforms = Number(last, 7),
                Texts = Number(last, 8),
                TextCount = Number(last, 9),
            };
        }

        public void WriteTo(WireWriter wire)
        {
            foreach (var place in (ReadOnlySpan<int>)[Head, OptionSets, Servers, Outlines, Extensions, Styles, ExtensionStyles, Platforms, Texts, TextCount])
                wire.Fixed(place);
        }

        private static int Number(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt32LittleEndian(bytes[(index * sizeof(int))..]);
    }
}
