namespace Monogres.Payloads.Extensions;

/// <summary>
/// Divides the text of a control file into the words that PostgreSQL's own scanner for configuration files knows
/// (src/backend/utils/misc/guc-file.l): always the longest that fits, and where two fit, the first of <see cref="ControlTokenKind"/>.
/// </summary>
/// <param name="text">The bytes of the file, one character each (Latin-1): the format knows no encoding.</param>
internal ref struct ControlFileScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>The line of the next word, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The next word; blanks and comments are skipped.</summary>
    public ControlToken Next()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r')
            _at++;
        if (_at < _text.Length && _text[_at] == '#')
            _at += Span(_text[_at..], c => c != '\n');
        if (_at == _text.Length)
            return new ControlToken(ControlTokenKind.EndOfFile, "");

        var rest = _text[_at..];
        var (kind, length) = rest[0] switch
        {
            '\n' => (ControlTokenKind.EndOfLine, 1),
            '=' => (ControlTokenKind.Equals, 1),
            '\'' => Quoted(rest),
            _ when IsLetter(rest[0]) => Word(rest),
            _ => Number(rest),
        };
        _at += length;
        if (kind == ControlTokenKind.EndOfLine)
            Line++;
        return new ControlToken(kind, rest[..length].ToString());
    }

    /// <summary>Continues after the end of this line.</summary>
    public void SkipLine()
    {
        _at += Span(_text[_at..], c => c != '\n');
        if (_at == _text.Length)
            return;

        _at++;
        Line++;
    }

    private static (ControlTokenKind Kind, int Length) Word(ReadOnlySpan<char> text)
    {
        var identifier = Span(text, IsLetterOrDigit);
        var qualified = identifier + 1 < text.Length && text[identifier] == '.' && IsLetter(text[identifier + 1])
            ? identifier + 1 + Span(text[(identifier + 1)..], IsLetterOrDigit)
            : 0;
        var unquoted = Span(text, c => IsLetterOrDigit(c) || c is '-' or '.' or ':' or '/');
        return unquoted > Math.Max(identifier, qualified) ? (ControlTokenKind.UnquotedText, unquoted)
            : qualified > identifier ? (ControlTokenKind.QualifiedIdentifier, qualified)
            : (ControlTokenKind.Identifier, identifier);
    }

    /// <summary>A text in single quotes, in which a quote is doubled or follows a backslash; it ends in its line.</summary>
    private static (ControlTokenKind Kind, int Length) Quoted(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] != '\n')
                i++;
            else if (text[i] == '\\')
                break;
            else if (text[i] == '\'' && i + 1 < text.Length && text[i + 1] == '\'')
                i++;
            else if (text[i] == '\'')
                return (ControlTokenKind.Text, i + 1);
        }

        return (ControlTokenKind.Error, 1);
    }

    private static (ControlTokenKind Kind, int Length) Number(ReadOnlySpan<char> text)
    {
        var sign = text[0] is '-' or '+' ? 1 : 0;
        var digits = sign + Span(text[sign..], char.IsAsciiDigit);
        var integer = digits > sign ? digits + Span(text[digits..], char.IsAsciiLetter) : 0;
        if (text[sign..].StartsWith("0x", StringComparison.Ordinal) && Span(text[(sign + 2)..], char.IsAsciiHexDigit) is > 0 and var hexadecimal)
            integer = Math.Max(integer, sign + 2 + hexadecimal + Span(text[(sign + 2 + hexadecimal)..], char.IsAsciiLetter));

        var real = 0;
        if (digits < text.Length && text[digits] == '.')
        {
            real = digits + 1 + Span(text[(digits + 1)..], char.IsAsciiDigit);
            real += Exponent(text[real..]);
        }

        return integer == 0 && real == 0 ? (ControlTokenKind.Error, 1)
            : real > integer ? (ControlTokenKind.Number, real)
            : (ControlTokenKind.Number, integer);
    }

    private static int Exponent(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not ('e' or 'E'))
            return 0;

        var sign = text.Length > 1 && text[1] is '-' or '+' ? 1 : 0;
        var digits = Span(text[Math.Min(text.Length, 1 + sign)..], char.IsAsciiDigit);
        return digits == 0 ? 0 : 1 + sign + digits;
    }

    private static int Span(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length]))
            length++;
        return length;
    }

    // Every byte above ASCII is a letter, whatever the encoding.
    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c is '_' or >= '\u0080';

    private static bool IsLetterOrDigit(char c) => IsLetter(c) || char.IsAsciiDigit(c);
}

/// <summary>The kinds of words in a control file.</summary>
internal enum ControlTokenKind
{
    /// <summary>The end of a line.</summary>
    EndOfLine,

    /// <summary>The end of the file.</summary>
    EndOfFile,

    /// <summary><c>default_version</c></summary>
    Identifier,

    /// <summary><c>plpgsql.extra_warnings</c></summary>
    QualifiedIdentifier,

    /// <summary><c>'it''s'</c>, with its quotes.</summary>
    Text,

    /// <summary><c>pg_catalog-1:x</c></summary>
    UnquotedText,

    /// <summary><c>12</c>, <c>1.5</c>, <c>0x1F</c>, <c>10MB</c></summary>
    Number,

    /// <summary><c>=</c></summary>
    Equals,

    /// <summary>What can begin no word.</summary>
    Error,
}

/// <summary>A word of a control file.</summary>
internal readonly record struct ControlToken(ControlTokenKind Kind, string Text);
