using System.Globalization;

namespace MuLambda.Executor.Models;

/// <summary>The version of a model a request asks for: the latest, one by its number, or one by its label.</summary>
internal readonly record struct VersionChoice
{
    private VersionChoice(long? number, string? label) => (Number, Label) = (number, label);

    /// <summary>The highest version that is available.</summary>
    public static VersionChoice Latest => default;

    /// <summary>The number asked for, or null.</summary>
    public long? Number { get; }

    /// <summary>The label asked for, or null.</summary>
    public string? Label { get; }

    /// <summary>A version by its number.</summary>
    public static VersionChoice Of(long number) => new(number, null);

    /// <summary>A version by its number, or the latest.</summary>
    public static VersionChoice Of(long? number) => new(number, null);

    /// <summary>The version a label points to.</summary>
    public static VersionChoice Labelled(string label) => new(null, label);

    /// <summary>The choice as TensorFlow Serving's errors write it: <c>Latest(name)</c> or <c>Specific(name, 3)</c>.</summary>
    public string Describe(string model) => Number is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"Specific({model}, {number})")
        : $"Latest({model})";
}
