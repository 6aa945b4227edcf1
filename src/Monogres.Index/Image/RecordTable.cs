using System.Collections.Immutable;

namespace Monogres.Index.Image;

/// <summary>The records of one kind, by name; each is read when it is first asked for, and then is the same one for everybody.</summary>
internal sealed class RecordTable<T>(IndexImage image, int position, Func<Wire, T?, T> carry)
    where T : class
{
    // The number of the name's text, and where the record begins.
    private const int EntryLength = 2 * sizeof(int);

    private readonly T?[] _read = new T?[image.Fixed(position)];
    private ImmutableArray<T> _all;

    public int Count => _read.Length;

    public T this[int index] => Volatile.Read(ref _read[index]) ?? Read(index);

    /// <summary>All of them, in the order of their names.</summary>
    public ImmutableArray<T> All
    {
        get
        {
            if (_all.IsDefault)
                ImmutableInterlocked.InterlockedInitialize(ref _all, [.. Enumerable.Range(0, Count).Select(index => this[index])]);
            return _all;
        }
    }

    /// <summary>How many of them have been asked for.</summary>
    public int CountOfRead => _read.Count(record => record is not null);

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => Enumerable.Range(0, Count).Select(NameOf);

    /// <summary>The record of that name, or null.</summary>
    public T? Find(string name)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (string.CompareOrdinal(NameOf(middle), name))
            {
                case 0:
                    return this[middle];
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    /// <summary>Writes records, then the table of them; returns where that is.</summary>
    public static int Write(WireWriter wire, IEnumerable<T> records, Func<T, string> name, Func<Wire, T?, T> carry)
    {
        var places = new List<(int Name, int Position)>();
        foreach (var record in records.OrderBy(name, StringComparer.Ordinal))
        {
            places.Add((wire.NumberOf(name(record)), wire.Position));
            carry(wire, record);
        }

        var table = wire.Position;
        wire.Fixed(places.Count);
        foreach (var (text, place) in places)
        {
            wire.Fixed(text);
            wire.Fixed(place);
        }

        return table;
    }

    private string NameOf(int index) => image.TextOf(image.Fixed(EntryOf(index)));

    private int EntryOf(int index) => position + sizeof(int) + (index * EntryLength);

    private T Read(int index)
    {
        var record = carry(new WireReader(image, image.Fixed(EntryOf(index) + sizeof(int))), null);
        return Interlocked.CompareExchange(ref _read[index], record, null) ?? record;
    }
}
