using MuLambda.Inference.SavedModels.Operators;

namespace MuLambda.Inference.SavedModels;

/// <summary>Translates one node: adds what computes its outputs to the graph, and gives the outputs in order.</summary>
internal delegate IReadOnlyList<GraphValue> OperatorTranslator(NodeContext node);

/// <summary>The TensorFlow operators there are translations for.</summary>
internal sealed class OperatorTable
{
    private readonly Dictionary<string, OperatorEntry> entries = new(StringComparer.Ordinal);
    private string family = "";

    /// <summary>Every family.</summary>
    public static OperatorTable Default { get; } = new OperatorTable()
        .Add("Graph", GraphOperators.Register)
        .Add("Arithmetic", ArithmeticOperators.Register)
        .Add("Division", DivisionOperators.Register)
        .Add("Functions of one element", UnaryOperators.Register)
        .Add("Comparison, logic and choice", LogicOperators.Register)
        .Add("Activations", ActivationOperators.Register)
        .Add("Matrices", MatrixOperators.Register)
        .Add("Convolution", ConvolutionOperators.Register)
        .Add("Normalization", NormalizationOperators.Register)
        .Add("Pooling", PoolingOperators.Register)
        .Add("Resizing and blocks of images", ImageOperators.Register)
        .Add("Reductions", ReductionOperators.Register)
        .Add("Shapes", ShapeOperators.Register)
        .Add("Joining and splitting", JoinOperators.Register)
        .Add("Slices", SliceOperators.Register)
        .Add("Borders", PadOperators.Register)
        .Add("Gathering and scattering", GatherOperators.Register)
        .Add("Filling and repeating", FillOperators.Register)
        .Add("Ranking and selection", RankingOperators.Register);

    /// <summary>The operators' names.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>The operators in the order they were added.</summary>
    public IReadOnlyCollection<OperatorEntry> Entries => entries.Values;

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="op">TensorFlow's name.</param>
    /// <param name="translate">What translates it.</param>
    /// <param name="note">What a reader of the list has to know: limits, types.</param>
    public void Add(string op, Func<NodeContext, GraphValue> translate, string note = "") => AddMany(op, node => [translate(node)], note);

    /// <summary>Adds an operator with any number of outputs.</summary>
    public void AddMany(string op, OperatorTranslator translate, string note = "") => entries.Add(op, new OperatorEntry(op, family, note, translate));

    public bool TryGet(string op, out OperatorTranslator translate)
    {
        var found = entries.TryGetValue(op, out var entry);
        translate = entry?.Translate!;
        return found;
    }

    private OperatorTable Add(string name, Action<OperatorTable> register)
    {
        family = name;
        register(this);
        return this;
    }
}
