//! What the nodes of eight grammars have in common.

use crate::source::Source;

/// What a node is for, whatever its grammar calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Function,
    Lambda,
    Class,
    If,
    Loop,
    Switch,
    Try,
    Return,
    Yield,
    Break,
    Continue,
    Raise,
    Call,
    Attribute,
    Subscript,
    Operation,
    Assignment,
    Name,
    Number,
    Text,
    Constant,
    Comment,
    Import,
    Other,
}

#[rustfmt::skip]
pub(crate) fn role(kind: &str) -> Role {
    match kind {
        "function_definition" | "function_declaration" | "method_declaration" | "method_definition"
        | "function_item" | "constructor_declaration" | "generator_function_declaration" => Role::Function,
        "lambda" | "arrow_function" | "function_expression" | "lambda_expression" | "closure_expression"
        | "func_literal" | "anonymous_function" => Role::Lambda,
        "class_definition" | "class_declaration" | "class_specifier" | "struct_specifier" | "struct_item"
        | "impl_item" | "interface_declaration" | "enum_declaration" | "enum_item" | "trait_item"
        | "record_declaration" | "trait_declaration" | "type_declaration" | "class" => Role::Class,
        "if_statement" | "if_expression" | "elif_clause" | "else_if_clause" | "conditional_expression"
        | "ternary_expression" | "if_clause" => Role::If,
        "for_statement" | "while_statement" | "for_in_statement" | "enhanced_for_statement" | "for_range_loop"
        | "do_statement" | "for_expression" | "while_expression" | "loop_expression" | "foreach_statement"
        | "for_in_clause" => Role::Loop,
        "switch_statement" | "switch_expression" | "match_statement" | "match_expression"
        | "expression_switch_statement" | "type_switch_statement" => Role::Switch,
        "try_statement" | "try_with_resources_statement" => Role::Try,
        "return_statement" | "return_expression" => Role::Return,
        "yield" | "yield_expression" | "yield_statement" => Role::Yield,
        "break_statement" | "break_expression" => Role::Break,
        "continue_statement" | "continue_expression" => Role::Continue,
        "raise_statement" | "throw_statement" | "throw_expression" => Role::Raise,
        "call" | "call_expression" | "method_invocation" | "function_call_expression" | "member_call_expression"
        | "scoped_call_expression" | "nullsafe_member_call_expression" | "object_creation_expression"
        | "new_expression" | "macro_invocation" | "explicit_constructor_invocation" => Role::Call,
        "attribute" | "member_expression" | "field_access" | "field_expression" | "selector_expression"
        | "member_access_expression" | "qualified_identifier" | "scoped_identifier" => Role::Attribute,
        "subscript" | "subscript_expression" | "array_access" | "index_expression" | "slice_expression" => Role::Subscript,
        "binary_operator" | "binary_expression" | "boolean_operator" | "comparison_operator" | "not_operator"
        | "unary_operator" | "unary_expression" | "unary_op_expression" | "pointer_expression" => Role::Operation,
        "assignment" | "augmented_assignment" | "assignment_expression" | "augmented_assignment_expression"
        | "compound_assignment_expr" | "assignment_statement" | "short_var_declaration" | "variable_declarator"
        | "init_declarator" | "let_declaration" | "update_expression" | "inc_statement" | "dec_statement"
        | "named_expression" | "var_spec" => Role::Assignment,
        "identifier" | "variable_name" | "shorthand_property_identifier" | "shorthand_property_identifier_pattern"
        | "name" => Role::Name,
        "integer" | "float" | "number" | "decimal_integer_literal" | "decimal_floating_point_literal"
        | "hex_integer_literal" | "integer_literal" | "float_literal" | "number_literal" | "int_literal" => Role::Number,
        "string" | "string_literal" | "template_string" | "char_literal" | "character_literal"
        | "interpreted_string_literal" | "raw_string_literal" | "rune_literal" | "encapsed_string" | "heredoc"
        | "concatenated_string" => Role::Text,
        "true" | "false" | "none" | "null" | "null_literal" | "boolean_literal" | "boolean" | "nil" | "undefined" => Role::Constant,
        "comment" | "line_comment" | "block_comment" => Role::Comment,
        "import_statement" | "import_from_statement" | "import_declaration" | "preproc_include" | "use_declaration"
        | "namespace_use_declaration" | "future_import_statement" | "using_declaration" | "package_clause"
        | "package_declaration" => Role::Import,
        _ => Role::Other,
    }
}

impl Source<'_> {
    pub(crate) fn role(&self, node: usize) -> Role {
        role(self.nodes[node].kind)
    }

    /// Whether the node is a function, given a name through a declaration or directly.
    pub(crate) fn is_callable(&self, node: usize) -> bool {
        matches!(self.role(node), Role::Function | Role::Lambda) && self.nodes[node].named
    }

    /// The name a callable goes by: its own, or that of the variable it is the value of.
    pub(crate) fn callable_name(&self, node: usize) -> Option<&str> {
        let held = if self.role(node) == Role::Lambda {
            let parent = self.nodes[node].parent;
            matches!(
                self.nodes[parent].kind,
                "variable_declarator"
                    | "assignment"
                    | "assignment_expression"
                    | "init_declarator"
                    | "let_declaration"
                    | "short_var_declaration"
                    | "pair"
            )
            .then_some(parent)?
        } else {
            node
        };
        let mut at = ["name", "declarator", "left", "pattern", "key"]
            .into_iter()
            .find_map(|field| self.child(held, field))?;
        // C and C++ wrap the name: pointers, references, parameters.
        for _ in 0..8 {
            match self.child(at, "declarator").or_else(|| {
                (self.nodes[at].kind == "reference_declarator")
                    .then(|| self.children(at).find(|c| self.nodes[*c].named))
                    .flatten()
            }) {
                Some(inner) => at = inner,
                None => break,
            }
        }
        let text = self.text_of(at);
        let name = text.rsplit("::").next().unwrap_or(text);
        (!name.is_empty() && name.len() <= 200).then(|| name.trim_start_matches('$'))
    }

    /// The node that holds a callable's parameters.
    pub(crate) fn parameters(&self, function: usize) -> Option<usize> {
        self.child(function, "parameters")
            .or_else(|| self.child(function, "parameter"))
            .or_else(|| {
                let declarator = self.child(function, "declarator")?;
                self.below(declarator)
                    .take(12)
                    .find(|n| self.nodes[*n].field == "parameters")
            })
    }

    pub(crate) fn body(&self, function: usize) -> Option<usize> {
        self.child(function, "body")
    }

    /// Whether the node is a docstring or another text that stands alone.
    pub(crate) fn is_bare_text(&self, node: usize) -> bool {
        self.nodes[node].kind == "expression_statement"
            && self
                .children(node)
                .all(|c| !self.nodes[c].named || self.nodes[c].kind == "string")
    }
}
