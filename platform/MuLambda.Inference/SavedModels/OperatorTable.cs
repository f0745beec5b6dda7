using MuLambda.Inference.SavedModels.Operators;

namespace MuLambda.Inference.SavedModels;

/// <summary>Translates one node: adds what computes its outputs to the graph, and gives the outputs in order.</summary>
internal delegate IReadOnlyList<GraphValue> OperatorTranslator(NodeContext node);

/// <summary>The TensorFlow operators there are translations for.</summary>
internal sealed class OperatorTable
{
    private readonly Dictionary<string, OperatorTranslator> translators = new(StringComparer.Ordinal);

    /// <summary>Every family.</summary>
    public static OperatorTable Default { get; } = new OperatorTable()
        .Add(GraphOperators.Register)
        .Add(ArithmeticOperators.Register)
        .Add(ActivationOperators.Register)
        .Add(MatrixOperators.Register)
        .Add(ConvolutionOperators.Register)
        .Add(PoolingOperators.Register)
        .Add(ReductionOperators.Register)
        .Add(ShapeOperators.Register)
        .Add(PadOperators.Register);

    /// <summary>The operators' names.</summary>
    public IReadOnlyCollection<string> Names => translators.Keys;

    /// <summary>Adds an operator with one output.</summary>
    public void Add(string op, Func<NodeContext, GraphValue> translate) => translators.Add(op, node => [translate(node)]);

    /// <summary>Adds an operator with any number of outputs.</summary>
    public void AddMany(string op, OperatorTranslator translate) => translators.Add(op, translate);

    public bool TryGet(string op, out OperatorTranslator translate) => translators.TryGetValue(op, out translate!);

    private OperatorTable Add(Action<OperatorTable> register)
    {
        register(this);
        return this;
    }
}
