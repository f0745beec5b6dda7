using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Text with values in it that are resolved when the application runs.</summary>
public class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    private ReferenceExpression(string format, IReadOnlyList<object> values)
    {
        Format = format;
        Values = values;
    }

    /// <summary>The text, with <c>{0}</c>, <c>{1}</c>... in place of the values.</summary>
    public string Format { get; }

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders => [.. Values.Cast<IValueProvider>()];

    /// <inheritdoc />
    public string ValueExpression => string.Format(
        CultureInfo.InvariantCulture, Format, [.. Values.Select(v => (object)((IManifestExpressionProvider)v).ValueExpression)]);

    IEnumerable<object> IValueWithReferences.References => Values;

    private IReadOnlyList<object> Values { get; }

    /// <summary>Creates one from an interpolated string.</summary>
    /// <param name="handler">The interpolated string.</param>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Build();

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var values = new object?[Values.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = await ((IValueProvider)Values[i]).GetValueAsync(context, cancellationToken);
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    /// <summary>Collects the pieces of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler
    {
        private readonly StringBuilder _format;
        private readonly List<object> _values;

        /// <summary>Begins a string.</summary>
        /// <param name="literalLength">Characters of text.</param>
        /// <param name="formattedCount">Number of values.</param>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
        {
            _format = new StringBuilder(literalLength + (4 * formattedCount));
            _values = new List<object>(formattedCount);
        }

        /// <summary>Adds text.</summary>
        /// <param name="value">The text.</param>
        public readonly void AppendLiteral(string value) => AppendFormatted(value);

        /// <summary>Adds text.</summary>
        /// <param name="value">The text.</param>
        public readonly void AppendFormatted(string? value)
        {
            if (value is not null)
            {
                _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
            }
        }

        /// <summary>Adds a value.</summary>
        /// <param name="valueProvider">The value.</param>
        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider
        {
            _format.Append(CultureInfo.InvariantCulture, $"{{{_values.Count}}}");
            _values.Add(valueProvider);
        }

        /// <summary>Adds the value of a resource.</summary>
        /// <param name="valueProvider">The resource.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider
        {
            ArgumentNullException.ThrowIfNull(valueProvider);
            AppendFormatted(valueProvider.Resource);
        }

        internal readonly ReferenceExpression Build() => new(_format.ToString(), [.. _values]);
    }
}
