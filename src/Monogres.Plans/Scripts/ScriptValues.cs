using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Plans.Scripts;

/// <summary>The values of placeholders: some of its own, and others that it shares with many. The key of shared ones is computed once.</summary>
/// <param name="own">The values that are this one's own; they hide shared ones.</param>
/// <param name="shared">The others, or null.</param>
internal sealed class ScriptValues(IReadOnlyList<KeyValuePair<string, string>> own, ScriptValues? shared = null) : IReadOnlyDictionary<string, string>
{
    private Digest? _key;

    /// <summary>Adds the values to the description of a script.</summary>
    public void Describe(KeyWriter key)
    {
        key.Add(own.Count);
        foreach (var (name, value) in own)
            key.Add(name).Add(value);
        if (shared is not null)
            key.Add(shared.Key);
    }

    private Digest Key => _key ??= KeyWriter.KeyOf(Describe);

    /// <inheritdoc/>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"there is no value for `{{{key}}}`");

    /// <inheritdoc/>
    public IEnumerable<string> Keys => this.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<string> Values => this.Select(pair => pair.Value);

    /// <inheritdoc/>
    public int Count => own.Count + (shared?.Keys.Count(name => !HasOwn(name)) ?? 0);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var (name, text) in own)
        {
            if (string.Equals(name, key, StringComparison.Ordinal))
            {
                value = text;
                return true;
            }
        }

        value = null;
        return shared?.TryGetValue(key, out value) ?? false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        own.Concat((shared ?? Enumerable.Empty<KeyValuePair<string, string>>()).Where(pair => !HasOwn(pair.Key))).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool HasOwn(string name) => own.Any(pair => string.Equals(pair.Key, name, StringComparison.Ordinal));
}
