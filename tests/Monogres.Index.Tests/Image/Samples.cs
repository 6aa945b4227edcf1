using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Extensions;
using Monogres.Index.Image;
using Monogres.Index.Json;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Tests.Image;

/// <summary>
/// Makes indexes of any content, and compares records in every public property. Both go by the properties that the records
/// have, so that a new one is tried without being named here.
/// </summary>
internal sealed class Samples(int seed)
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] Texts = ["", "one", "two words", "ünï\"cødé\\", "{version}", "${HOME}\nline\n", new string('x', 300)];

    private static readonly ConcurrentDictionary<Type, Shape> Shapes = [];

    private readonly Random _random = new(seed);

    private ImmutableArray<Option> _options = [];
    private ImmutableArray<Platform> _builders = [];
    private int _names;

    public IndexContent Content()
    {
        var options = Some<Option>();
        _options = options;
        var sets = new OptionSets { Options = options, Sets = Some<OptionSet>(), Default = (OptionSetName)Value(typeof(OptionSetName)) };
        _builders = [.. Some<Platform>().Select(platform => platform with { Cross = null })];
        var crossed = _builders.IsEmpty ? [] : Some<Platform>();
        return new IndexContent
        {
            Digest = new Digest((Sha256Hash)Value(typeof(Sha256Hash)), _random.Next()),
            DefaultServer = (ProjectName)Value(typeof(ProjectName)),
            Redistribution = (RedistributionRules)Value(typeof(RedistributionRules)),
            Servers = Some<Project>(),
            Extensions = Some<ExtensionProject>(),
            OptionSets = sets,
            Styles = Some<BuildStyle>(),
            ExtensionStyles = Some<ExtensionStyle>(),
            Platforms = [.. _builders, .. crossed],
        };
    }

    /// <summary>Where two values differ, as a path of properties; null when they do not.</summary>
    public static string? Difference(object? one, object? other, string path = "")
    {
        if (one is null || other is null)
            return one is null && other is null ? null : $"{path}: {one ?? "null"} and {other ?? "null"}";
        if (one is IEnumerable items and not string)
            return Difference(items, (IEnumerable)other, path);
        if (one.GetType() != other.GetType())
            return $"{path}: {one.GetType().Name} and {other.GetType().Name}";
        if (one is Uri address)
            return string.Equals(address.OriginalString, ((Uri)other).OriginalString, StringComparison.Ordinal) ? null : path;
        if (one is Template template)
            return string.Equals(template.Text, ((Template)other).Text, StringComparison.Ordinal) ? null : path;
        if (one is string or VersionRange || one.GetType().IsValueType)
            return one.Equals(other) ? null : $"{path}: {one} and {other}";

        // Others are computed from those that have a field.
        return one.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => one.GetType().GetField($"<{property.Name}>k__BackingField", Own) is not null)
            .Select(property => Difference(property.GetValue(one), property.GetValue(other), $"{path}.{property.Name}")).FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(IEnumerable one, IEnumerable other, string path)
    {
        object?[] left = [.. one.Cast<object?>()], right = [.. other.Cast<object?>()];
        if (left.Length != right.Length)
            return $"{path}: {left.Length} and {right.Length}";

        // The pairs of a map are values whose parts are records.
        static (object? Key, object? Value) Parts(object? item) => item?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? (type.GetProperty("Key")!.GetValue(item), type.GetProperty("Value")!.GetValue(item))
            : (null, item);
        return left.Zip(right).Select((pair, i) => Difference(Parts(pair.First).Key, Parts(pair.Second).Key, $"{path}[{i}]") ?? Difference(Parts(pair.First).Value, Parts(pair.Second).Value, $"{path}[{i}]"))
            .FirstOrDefault(difference => difference is not null);
    }

    private ImmutableArray<T> Some<T>() => (ImmutableArray<T>)Value(typeof(ImmutableArray<T>));

    private string Name() => $"n{_names++}";

    private object? MaybeValue(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return _random.Next(2) == 0 ? null : Value(inner);

        return Value(type);
    }

    private object Value(Type type)
    {
        if (type == typeof(string)) return Texts[_random.Next(Texts.Length)];
        if (type == typeof(bool)) return _random.Next(2) == 0;
        if (type == typeof(int)) return _random.Next(-5, 5_000);
        if (type == typeof(long)) return _random.NextInt64(-5, 5_000_000_000);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(_random.Next(Enum.GetValues(type).Length))!;
        if (type == typeof(ProjectName)) return ProjectName.Parse(Name());
        if (type == typeof(OptionSetName)) return OptionSetName.Parse(Name());
        if (type == typeof(PlatformName)) return PlatformName.Parse($"{Name()}-amd64");
        if (type == typeof(PgVersion)) return PgVersion.Of(_random.Next(1, 9999), (PgVersionStage)_random.Next(3), _random.Next(1, 9999));
        if (type == typeof(VersionRange)) return VersionRange.Parse(((string[])["*", ">=13", ">=13, <18", "15", "!=17.3"])[_random.Next(5)]);
        if (type == typeof(RelativePath)) return RelativePath.Parse(((string[])["", "a", "usr/lib/x y"])[_random.Next(3)]);
        if (type == typeof(Uri)) return new Uri($"https://example.org/{Name()}/a%20b?c=d");
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddSeconds(_random.Next());
        if (type == typeof(Template)) return Template.Parse((string)Value(typeof(string)));
        if (type == typeof(Sha256Hash)) return Sha256Hash.Of(BitConverter.GetBytes(_random.Next()));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return Invoke(nameof(Array), type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>)) return Invoke(nameof(Map), type.GetGenericArguments()[1]);
        if (type.IsAbstract)
        {
            var cases = type.GetNestedTypes();
            return Record(cases[_random.Next(cases.Length)]);
        }

        return Record(type);
    }

    private object Invoke(string method, Type type) => typeof(Samples).GetMethod(method, Own)!.MakeGenericMethod(type).Invoke(this, [])!;

    private ImmutableArray<T> Array<T>() => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => (T)Value(typeof(T)))];

    private ImmutableSortedDictionary<string, T> Map<T>() =>
        Enumerable.Range(0, _random.Next(3)).ToImmutableSortedDictionary(_ => Name(), _ => (T)Value(typeof(T)), StringComparer.Ordinal);

    // By its longest constructor that is not the one for copies, and then every property that can be set.
    private object Record(Type type)
    {
        var (constructor, parameters, properties) = Shapes.GetOrAdd(type, ShapeOf);
        var record = constructor.Invoke([.. parameters.Select(parameter => Field(type, parameter.Name, parameter.Type, parameter.MayBeNull))]);
        foreach (var (property, mayBeNull) in properties)
            property.SetValue(record, Field(type, property.Name, property.PropertyType, mayBeNull));
        return record;
    }

    private static Shape ShapeOf(Type type)
    {
        var constructor = type.GetConstructors(Own).Where(constructor => constructor.GetParameters() is not [var only] || only.ParameterType != type).MaxBy(constructor => constructor.GetParameters().Length)!;
        var context = new NullabilityInfoContext();
        var given = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new Shape(
            constructor,
            [.. constructor.GetParameters().Select(parameter => (parameter.Name!, parameter.ParameterType, context.Create(parameter).WriteState == NullabilityState.Nullable))],
            [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite && !given.Contains(property.Name))
                .Select(property => (property, context.Create(property).WriteState == NullabilityState.Nullable))]);
    }

    private sealed record Shape(ConstructorInfo Constructor, (string Name, Type Type, bool MayBeNull)[] Parameters, (PropertyInfo Property, bool MayBeNull)[] Properties);

    private object? Field(Type type, string name, Type of, bool mayBeNull)
    {
        // These are others of the same index, by name.
        if (type == typeof(OptionSet) && name is nameof(OptionSet.On))
            return _options.Where(_ => _random.Next(2) == 0).ToImmutableArray();
        if (type == typeof(CrossBuild) && name is nameof(CrossBuild.Tools))
            return _builders[_random.Next(_builders.Length)];
        if (of == typeof(CrossBuild) && _builders.IsEmpty)
            return null;
        // By these they are found, so each has another one.
        if (of == typeof(string) && name is nameof(Option.Name))
            return Name();

        return !of.IsValueType && mayBeNull && _random.Next(2) == 0 ? null : MaybeValue(of);
    }
}
