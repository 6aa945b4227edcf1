using System.Collections.Immutable;
using System.Text;

namespace Monogres.Sources.Inspection;

/// <summary>
/// Finds the commands in a text for the shell, in order, those in substitutions too, without running anything. What a variable
/// holds stays as it is written: <c>$NAME</c>, <c>${NAME}</c>. Always ends, also for what is no shell script.
/// </summary>
internal sealed class ShellCommands
{
    private const int DeepestNesting = 20;

    // Words after which a command follows.
    private static readonly string[] Before = ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "esac"];

    private readonly string _text;
    private readonly int _depth;
    private readonly List<ShellCommand> _commands = [];
    private readonly List<string> _words = [], _heredocs = [];
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);
    private StringBuilder? _word;
    private bool _isQuoted, _isRedirection, _isHeredoc, _inPattern;
    private int _at, _line, _cases;

    private ShellCommands(string text, int line, int depth) => (_text, _line, _depth) = (text, line, depth);

    /// <summary>The commands of a text; those that call a function of the text itself are not among them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="line">The line where it begins.</param>
    public static ImmutableArray<ShellCommand> Of(string text, int line = 1)
    {
        var read = new ShellCommands(text, line, depth: 0);
        read.Read();
        return [.. read._commands.Where(command => !read._functions.Contains(command.Words[0]))];
    }

    private void Read()
    {
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (_inPattern)
                ReadPattern(c);
            else
                Read(c);
        }

        EndCommand();
    }

    private void Read(char c)
    {
        switch (c)
        {
            case '\\' when Next is '\n':
                _at++;
                _line++;
                break;
            case '\\':
                _at++;
                Append(_at < _text.Length ? _text[_at] : c);
                break;
            case '\'':
                var end = _text.IndexOf('\'', _at + 1) is >= 0 and var quote ? quote : _text.Length;
                AppendQuoted(_text.AsSpan(_at + 1, end - _at - 1));
                _at = end;
                break;
            case '"':
                ReadDoubleQuoted();
                break;
            case '$' or '`':
                ReadReference();
                break;
            case '#' when _word is null:
                _at = (_text.IndexOf('\n', _at) is >= 0 and var lineEnd ? lineEnd : _text.Length) - 1;
                break;
            case '\n':
                EndCommand();
                SkipHeredocs();
                _line++;
                break;
            case ';' or '&' or '|':
                if (c == '&' && (_isRedirection || Next is '>'))
                    break;
                var ends = c == ';' && Next is ';';
                EndCommand();
                if (ends)
                    (_at, _inPattern) = (_at + 1, _cases > 0);
                break;
            case '(' when _word is not null && Next is ')' && _words.Count == 0:
                _functions.Add(_word.ToString());
                _word = null;
                _at++;
                break;
            case '(' when _word is null && Next is ')' && _words.Count == 1:
                _functions.Add(_words[0]);
                _words.Clear();
                _at++;
                break;
            case '(' or ')':
                EndCommand();
                break;
            case '<' or '>' when Next is '(':
                break;
            case '<' or '>':
                if (_word?.ToString().All(char.IsAsciiDigit) is true)
                    _word = null;
                EndWord();
                _isHeredoc = c == '<' && Next is '<';
                _isRedirection = true;
                while (Next is '<' or '>' or '&' or '-' or '|')
                    _at++;
                break;
            case ' ' or '\t' or '\r':
                EndWord();
                break;
            default:
                Append(c);
                break;
        }
    }

    // `pattern | pattern)`, or the end of the case.
    private void ReadPattern(char c)
    {
        if (c == '\n')
            _line++;
        if (c == ')')
            _inPattern = false;
        else if (c == 'e' && string.CompareOrdinal(_text, _at, "esac", 0, 4) == 0 && (_at == 0 || _text[_at - 1] is ' ' or '\t' or '\n' or ';'))
            (_at, _inPattern, _cases) = (_at + 3, false, _cases - 1);
    }

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private void ReadDoubleQuoted()
    {
        AppendQuoted([]);
        for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            switch (_text[_at])
            {
                case '\\' when _at + 1 < _text.Length:
                    _at++;
                    Append(_text[_at]);
                    break;
                case '$' or '`':
                    ReadReference();
                    break;
                default:
                    Append(_text[_at]);
                    break;
            }

            if (_at < _text.Length && _text[_at] == '\n')
                _line++;
        }
    }

    /// <summary><c>$(…)</c> and back-quotes hold commands of their own; a variable stays as it is written.</summary>
    private void ReadReference()
    {
        var start = _at;
        if (_text[_at] == '`')
        {
            var end = _text.IndexOf('`', _at + 1) is >= 0 and var close ? close : _text.Length;
            ReadNested(_text[(start + 1)..end]);
            _at = end;
            AppendQuoted("$()");
        }
        else if (Next is '(' or '{')
        {
            var isCommand = Next is '(';
            var end = Makefiles.MakeReferences.End(_text, _at);
            var inside = Makefiles.MakeReferences.Inside(_text, _at, end);
            if (isCommand && !inside.StartsWith('('))
                ReadNested(inside);
            AppendQuoted(isCommand ? "$()" : _text.AsSpan(start, end - start));
            _line += _text.AsSpan(start, end - start).Count('\n');
            _at = end - 1;
        }
        else
        {
            Append('$');
        }
    }

    private void ReadNested(string text)
    {
        if (_depth >= DeepestNesting)
            return;

        var nested = new ShellCommands(text, _line, _depth + 1);
        nested.Read();
        _commands.AddRange(nested._commands);
    }

    private void Append(char c) => (_word ??= new StringBuilder()).Append(c);

    private void AppendQuoted(ReadOnlySpan<char> text)
    {
        (_word ??= new StringBuilder()).Append(text);
        _isQuoted = true;
    }

    private void EndWord()
    {
        if (_word is null)
            return;

        var (word, isQuoted) = (_word.ToString(), _isQuoted);
        (_word, _isQuoted) = (null, false);
        if (_isRedirection)
        {
            if (_isHeredoc)
                _heredocs.Add(word);
            (_isRedirection, _isHeredoc) = (false, false);
        }
        else if (_words.Count > 0 || isQuoted || !Before.Contains(word, StringComparer.Ordinal))
        {
            _words.Add(word);
            if (word is "in" && _words is ["case", _, "in"])
            {
                _words.Clear();
                _cases++;
                _inPattern = true;
            }
        }
    }

    private void EndCommand()
    {
        EndWord();
        (_isRedirection, _isHeredoc) = (false, false);
        if (_words.Count > 0 && _words[0] is not ("for" or "select" or "case" or "function"))
            _commands.Add(new ShellCommand(_line, [.. _words]));
        _words.Clear();
    }

    private void SkipHeredocs()
    {
        foreach (var mark in _heredocs)
        {
            while (_at + 1 < _text.Length)
            {
                var end = _text.IndexOf('\n', _at + 1) is >= 0 and var next ? next : _text.Length;
                var line = _text.AsSpan(_at + 1, end - _at - 1).Trim();
                _at = end;
                _line++;
                if (line.SequenceEqual(mark))
                    break;
            }
        }

        _heredocs.Clear();
    }
}

/// <summary>A command of a shell script.</summary>
/// <param name="Line">The line where it ends, from 1.</param>
/// <param name="Words">Its words without quotes; never none.</param>
internal sealed record ShellCommand(int Line, ImmutableArray<string> Words);
