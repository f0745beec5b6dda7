using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MuLambda.Protocol.Text;

/// <summary>Fills a message, field by field.</summary>
internal sealed class TextMessageReader(TextTokenizer tokens, TextFormatOptions options)
{
    private readonly TextScalars scalars = new(tokens);
    private int depth;

    public void ReadAll(IMessage message)
    {
        ReadFields(message.Descriptor, new MessageTarget(message));
        if (tokens.Kind != TextTokenKind.End)
        {
            throw tokens.Fail($"expected a field's name, given {tokens.Describe()}");
        }
    }

    private void ReadFields(MessageDescriptor descriptor, ITarget target)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        while (tokens.Kind == TextTokenKind.Identifier || tokens.Is('['))
        {
            var start = tokens.Start;
            var name = ReadName();
            if (descriptor.FindFieldByName(name) is not { } field)
            {
                if (!options.IgnoreUnknownFields)
                {
                    throw tokens.Fail(start, $"{descriptor.Name} has no field {name}");
                }

                SkipValue();
            }
            else
            {
                if (!field.IsRepeated && !given.Add(field.RealContainingOneof?.FullName ?? field.FullName))
                {
                    throw tokens.Fail(start, field.RealContainingOneof is { } oneof
                        ? $"{descriptor.Name} takes one of its fields {string.Join(", ", oneof.Fields.Select(f => f.Name))} only"
                        : $"field {name} is given twice");
                }

                ReadField(field, target);
            }

            if (tokens.Is(',') || tokens.Is(';'))
            {
                tokens.Advance();
            }
        }
    }

    private void ReadField(FieldDescriptor field, ITarget target)
    {
        var colon = TakeColon(field.Name, required: field.FieldType is not (FieldType.Message or FieldType.Group));
        if (!tokens.Is('[') || !colon)
        {
            target.Set(field, ReadValue(field));
            return;
        }

        if (!field.IsRepeated)
        {
            throw tokens.Fail($"field {field.Name} takes one value, given a list");
        }

        tokens.Advance();
        if (!tokens.Is(']'))
        {
            target.Set(field, ReadValue(field));
            while (tokens.Is(','))
            {
                tokens.Advance();
                target.Set(field, ReadValue(field));
            }
        }

        Take(']');
    }

    private object ReadValue(FieldDescriptor field)
    {
        if (field.FieldType is not (FieldType.Message or FieldType.Group))
        {
            return scalars.Read(field);
        }

        var close = Open();
        object value;
        if (field.IsMap)
        {
            var entry = new MapEntryTarget(field.MessageType);
            ReadFields(field.MessageType, entry);
            value = entry;
        }
        else
        {
            var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
            ReadFields(field.MessageType, new MessageTarget(message));
            value = message;
        }

        Close(close);
        return value;
    }

    private string ReadName()
    {
        if (!tokens.Is('['))
        {
            var name = tokens.Token.ToString();
            tokens.Advance();
            return name;
        }

        // The name of an extension or of a packed message: no message read here has one.
        var full = "";
        for (tokens.Advance(); !tokens.Is(']'); tokens.Advance())
        {
            if (tokens.Kind is TextTokenKind.End or TextTokenKind.String || full.Length > 1000)
            {
                throw tokens.Fail($"expected the name of an extension, given {tokens.Describe()}");
            }

            full += tokens.Token.ToString();
        }

        tokens.Advance();
        return $"[{full}]";
    }

    private void SkipValue()
    {
        if (tokens.Is(':'))
        {
            tokens.Advance();
            if (tokens.Is('['))
            {
                for (tokens.Advance(); !tokens.Is(']');)
                {
                    SkipOne();
                    if (tokens.Is(','))
                    {
                        tokens.Advance();
                    }
                }

                tokens.Advance();
                return;
            }
        }

        SkipOne();
    }

    private void SkipOne()
    {
        if (tokens.Is('{') || tokens.Is('<'))
        {
            var close = Open();
            while (tokens.Kind == TextTokenKind.Identifier || tokens.Is('['))
            {
                ReadName();
                SkipValue();
                if (tokens.Is(',') || tokens.Is(';'))
                {
                    tokens.Advance();
                }
            }

            Close(close);
            return;
        }

        if (tokens.Is('-'))
        {
            tokens.Advance();
        }

        if (tokens.Kind == TextTokenKind.String)
        {
            while (tokens.Kind == TextTokenKind.String)
            {
                tokens.Advance();
            }
        }
        else if (tokens.Kind is TextTokenKind.Identifier or TextTokenKind.Number)
        {
            tokens.Advance();
        }
        else
        {
            throw tokens.Fail($"expected a value, given {tokens.Describe()}");
        }
    }

    private char Open()
    {
        var close = tokens.Is('{') ? '}' : tokens.Is('<') ? '>' : throw tokens.Fail($"expected {{, given {tokens.Describe()}");
        if (++depth > options.MaxDepth)
        {
            throw tokens.Fail($"messages are nested deeper than {options.MaxDepth}");
        }

        tokens.Advance();
        return close;
    }

    private void Close(char symbol)
    {
        Take(symbol);
        depth--;
    }

    private bool TakeColon(string field, bool required)
    {
        if (tokens.Is(':'))
        {
            tokens.Advance();
            return true;
        }

        return required ? throw tokens.Fail($"expected a colon after {field}, given {tokens.Describe()}") : false;
    }

    private void Take(char symbol)
    {
        if (!tokens.Is(symbol))
        {
            throw tokens.Fail($"expected {symbol}, given {tokens.Describe()}");
        }

        tokens.Advance();
    }

    private interface ITarget
    {
        void Set(FieldDescriptor field, object value);
    }

    private sealed class MessageTarget(IMessage message) : ITarget
    {
        public void Set(FieldDescriptor field, object value)
        {
            if (value is MapEntryTarget entry)
            {
                var map = (IDictionary)field.Accessor.GetValue(message);
                map[entry.Key] = entry.Value;
            }
            else if (field.IsRepeated)
            {
                ((IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }
    }

    private sealed class MapEntryTarget(MessageDescriptor entry) : ITarget
    {
        private object? key;
        private object? value;

        public object Key => key ?? Default(entry.FindFieldByNumber(1));

        public object Value => value ?? Default(entry.FindFieldByNumber(2));

        public void Set(FieldDescriptor field, object value)
        {
            if (field.FieldNumber == 1)
            {
                key = value;
            }
            else
            {
                this.value = value;
            }
        }

        private static object Default(FieldDescriptor field) => field.FieldType switch
        {
            FieldType.Message => field.MessageType.Parser.ParseFrom(ByteString.Empty),
            FieldType.String => "",
            FieldType.Bytes => ByteString.Empty,
            FieldType.Bool => false,
            FieldType.Float => 0f,
            FieldType.Double => 0d,
            FieldType.UInt32 or FieldType.Fixed32 => 0u,
            FieldType.UInt64 or FieldType.Fixed64 => 0ul,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 0L,
            _ => 0,
        };
    }
}
