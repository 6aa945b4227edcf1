using System.Runtime.CompilerServices;

namespace Monogres.Platforms.Packages;

/// <summary>One paragraph of Debian's control format (deb822(5)): fields by name, without regard to case.</summary>
public sealed class Deb822Stanza
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a field, its continuation lines joined by LF; null when the field is absent.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Whether there are no fields.</summary>
    public bool IsEmpty => _fields.Count == 0;

    /// <summary>The value of a required field.</summary>
    /// <exception cref="FormatException">The field is missing.</exception>
    public string Required(string field) => this[field]
        ?? throw new FormatException($"the paragraph{(this["Package"] is { } name ? $" of {name}" : "")} has no field {field}");

    internal void Add(string field, string value)
    {
        if (!_fields.TryAdd(field, value))
            throw new FormatException($"the field {field} occurs twice in one paragraph");
    }
}

/// <summary>Reads files in Debian's control format: <c>Release</c>, <c>Packages</c>, <c>*.sources</c>.</summary>
public static class Deb822
{
    /// <summary>The paragraphs of a text, in order.</summary>
    /// <exception cref="FormatException">A line is neither a field nor a continuation.</exception>
    public static IReadOnlyList<Deb822Stanza> Parse(string text)
    {
        var parser = new Parser(keep: null);
        var stanzas = new List<Deb822Stanza>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (parser.Take(line) is { } stanza)
                stanzas.Add(stanza);
        }

        if (parser.End() is { } last)
            stanzas.Add(last);
        return stanzas;
    }

    /// <summary>The paragraphs of a large file as they are read.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="keep">The fields to keep: an index of a whole archive has many that are not needed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="FormatException">A line is neither a field nor a continuation.</exception>
    public static async IAsyncEnumerable<Deb822Stanza> ReadAsync(TextReader reader, IReadOnlySet<string> keep, [EnumeratorCancellation] CancellationToken cancel)
    {
        var parser = new Parser(keep);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (parser.Take(line) is { } stanza)
                yield return stanza;
        }

        if (parser.End() is { } last)
            yield return last;
    }

    private sealed class Parser(IReadOnlySet<string>? keep)
    {
        private Deb822Stanza _stanza = new();
        private string? _field;
        private bool _skipping;
        private string _value = "";

        /// <summary>Takes a line; a paragraph when the line ends one.</summary>
        public Deb822Stanza? Take(string line)
        {
            if (line.StartsWith('#'))
                return null;

            if (string.IsNullOrWhiteSpace(line))
                return End();

            if (line[0] is ' ' or '\t')
            {
                if (_field is not null)
                    _value = $"{_value}\n{line.Trim()}";
                else if (!_skipping)
                    throw new FormatException($"'{line}' continues no field");
                return null;
            }

            EndField();
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new FormatException($"'{line}' is not a field: a name and a colon are needed");

            var name = line[..colon];
            _skipping = keep is not null && !keep.Contains(name);
            if (!_skipping)
                (_field, _value) = (name, line[(colon + 1)..].Trim());
            return null;
        }

        public Deb822Stanza? End()
        {
            EndField();
            _skipping = false;
            if (_stanza.IsEmpty)
                return null;

            var stanza = _stanza;
            _stanza = new Deb822Stanza();
            return stanza;
        }

        private void EndField()
        {
            if (_field is not null)
                _stanza.Add(_field, _value);
            _field = null;
        }
    }
}
