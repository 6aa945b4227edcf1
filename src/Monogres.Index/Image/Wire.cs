using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Platforms;

namespace Monogres.Index.Image;

/// <summary>
/// Carries the fields of a record to bytes or from them. A record has one function that names each of its fields once, in
/// order: writing, it is given the record; reading, it is given null and makes the record from what the wire returns. A field
/// that is required, or a parameter of the record, cannot be forgotten in it without the compiler saying so.
/// </summary>
internal abstract class Wire
{
    /// <summary>A whole number; small ones, also negative, take few bytes.</summary>
    public abstract long Number(long? value);

    /// <summary>A text that many records have, which is kept once.</summary>
    public abstract string Text(string? value);

    /// <summary>A text that hardly another record has.</summary>
    public abstract string OwnText(string? value);

    /// <summary>A hash.</summary>
    public abstract Sha256Hash Hash(Sha256Hash? value);

    /// <summary>A version range.</summary>
    public abstract VersionRange Range(VersionRange? value);

    /// <summary>A platform by its name.</summary>
    public abstract Platform PlatformByName(Platform? value);

    public bool Flag(bool? value) => Number(value is true ? 1 : 0) != 0;

    public int Count(int? value) => (int)Number(value);

    public string? MaybeText(string? value) => Flag(value is not null) ? Text(value) : null;

    public string? MaybeOwnText(string? value) => Flag(value is not null) ? OwnText(value) : null;

    public long? MaybeNumber(long? value) => Flag(value is not null) ? Number(value) : null;

    // Always in UTC, as the index writes it.
    public DateTimeOffset Time(DateTimeOffset? value) => new(Number(value?.UtcTicks), TimeSpan.Zero);

    public DateTimeOffset? MaybeTime(DateTimeOffset? value) => Flag(value is not null) ? Time(value) : null;

    public Uri Address(Uri? value) => new(OwnText(value?.OriginalString));

    public RelativePath Path(RelativePath? value) => RelativePath.Parse(OwnText(value?.Value));

    public RelativePath? MaybePath(RelativePath? value) => Flag(value is not null) ? Path(value) : null;

    public Template Template(Template? value) => Json.Template.Parse(Text(value?.Text));

    // A name that is empty is the default of its type.
    public ProjectName Name(ProjectName? value) => ProjectName.TryParse(Text(value?.Value), out var name) ? name : default;

    public ProjectName? MaybeName(ProjectName? value) => Flag(value is not null) ? Name(value) : null;

    public OptionSetName SetName(OptionSetName? value) => OptionSetName.TryParse(Text(value?.Value), out var name) ? name : default;

    public OptionSetName? MaybeSetName(OptionSetName? value) => Flag(value is not null) ? SetName(value) : null;

    public PlatformName PlatformName(PlatformName? value) => Core.PlatformName.Parse(Text(value?.ToString()));

    public PgVersion Version(PgVersion? value)
    {
        var (major, stage, number) = (Count(value?.Major), Count((int?)value?.Stage), Count(value?.Number));
        return PgVersion.Of(major, (PgVersionStage)stage, number);
    }

    public ImmutableArray<string> Texts(ImmutableArray<string>? values) => List(values, static (wire, text) => wire.Text(text));

    public ImmutableArray<ProjectName> Names(ImmutableArray<ProjectName>? values) => List(values, static (wire, name) => wire.Name(name));

    public ImmutableArray<VersionRange> Ranges(ImmutableArray<VersionRange>? values) => List(values, static (wire, range) => wire.Range(range));

    public ImmutableArray<Uri> Addresses(ImmutableArray<Uri>? values) => List(values, static (wire, address) => wire.Address(address));

    public ImmutableSortedDictionary<string, string> TextMap(ImmutableSortedDictionary<string, string>? values) => Map(values, static (wire, text) => wire.Text(text));

    public ImmutableArray<T> List<T>(ImmutableArray<T>? values, Func<Wire, T?, T> carry)
    {
        // Reading, an array that stands in another collection is the default one in place of null.
        var given = values is { IsDefault: false } some ? some : default(ImmutableArray<T>?);
        var count = Count(given?.Length);
        if (count == 0)
            return [];

        var items = ImmutableArray.CreateBuilder<T>(count);
        for (var i = 0; i < count; i++)
            items.Add(carry(this, given is { } array ? array[i] : default));
        return items.MoveToImmutable();
    }

    public ImmutableArray<T>? MaybeList<T>(ImmutableArray<T>? values, Func<Wire, T?, T> carry) => Flag(values is not null) ? List(values, carry) : null;

    public T? Maybe<T>(T? value, Func<Wire, T?, T> carry)
        where T : class => Flag(value is not null) ? carry(this, value) : null;

    public ImmutableSortedDictionary<string, T> Map<T>(ImmutableSortedDictionary<string, T>? values, Func<Wire, T?, T> carry)
    {
        var count = Count(values?.Count);
        var map = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        using var given = values?.GetEnumerator();
        for (var i = 0; i < count; i++)
        {
            KeyValuePair<string, T>? pair = given is { } some && some.MoveNext() ? some.Current : null;
            map.Add(Text(pair?.Key), carry(this, pair is { } one ? one.Value : default));
        }

        return map.ToImmutable();
    }
}
